namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Everything that speaks one protocol: the replicas, the proxies that are wanted, and a client for each contender.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Stack<Child> _children = [];
    private readonly List<Runner> _runners = [];
    private readonly Dictionary<Tls, Child> _replicas = [];
    private readonly Protocol _protocol;
    private readonly Identities? _identities;

    private Stage(Protocol protocol)
    {
        _protocol = protocol;
        _identities = protocol.IsSecure ? new Identities() : null;
    }

    public static async Task<Stage> StartAsync(Protocol protocol, IEnumerable<Contender> contenders)
    {
        Stage stage = new(protocol);
        try
        {
            foreach (Contender contender in contenders)
            {
                stage._runners.Add(await stage.AddRunnerAsync(contender));
            }

            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>In the order of their turns, without those that could not run.</summary>
    public IReadOnlyList<Runner> RunnersOf(IReadOnlyList<Contender> contenders) =>
        [.. _runners.Where(runner => contenders.Contains(runner.Contender))];

    public async ValueTask DisposeAsync()
    {
        while (_children.TryPop(out Child? child))
        {
            await child.DisposeAsync();
        }

        _identities?.Dispose();
    }

    private string Folder => _identities?.Folder ?? "";

    private async Task<Runner> AddRunnerAsync(Contender contender)
    {
        Tls tls = contender.TlsOf(_protocol);
        Child replicas = await ReplicasAsync(tls);
        Child? hop = contender.Hop switch
        {
            Hop.Yarp => await AddAsync(ChildPrograms.YarpTo(_protocol, replicas.Addresses)),
            Hop.HaproxyPair => await AddAsync(ChildPrograms.HaproxyTo(Haproxy.Program!, _protocol, Folder, replicas.Addresses)),
            _ => null,
        };
        Child client = await AddAsync(ChildPrograms.ClientOf(_protocol, contender.Stack, tls, Folder, (hop ?? replicas).Addresses));
        return new Runner(contender, client, [.. replicas.Processes, .. hop?.Processes ?? []]);
    }

    /// <summary>Those who are called in the same way are called by all.</summary>
    private async Task<Child> ReplicasAsync(Tls tls)
    {
        if (!_replicas.TryGetValue(tls, out Child? replicas))
        {
            replicas = await AddAsync(ChildPrograms.ReplicasOf(_protocol, tls, Folder));
            _replicas.Add(tls, replicas);
        }

        return replicas;
    }

    private async Task<Child> AddAsync(string[] arguments)
    {
        Child child = await Child.StartAsync(arguments);
        _children.Push(child);
        return child;
    }
}
