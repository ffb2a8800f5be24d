namespace Mesh.Benchmarks.EndToEnd;

/// <summary>Everything that speaks one protocol: the replicas, the proxies that are wanted, and a client for each contender.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Stack<Child> _children = [];
    private readonly List<Runner> _runners = [];

    private Stage()
    {
    }

    public static async Task<Stage> StartAsync(Protocol protocol, IEnumerable<Contender> contenders)
    {
        Stage stage = new();
        try
        {
            Child replicas = await stage.AddAsync(ChildPrograms.ReplicasOf(protocol));
            foreach (Contender contender in contenders)
            {
                stage._runners.Add(await stage.AddRunnerAsync(protocol, contender, replicas));
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
    }

    private async Task<Runner> AddRunnerAsync(Protocol protocol, Contender contender, Child replicas)
    {
        Child? hop = contender.Hop switch
        {
            Hop.Yarp => await AddAsync(ChildPrograms.YarpTo(protocol, replicas.Addresses)),
            Hop.HaproxyPair => await AddAsync(ChildPrograms.HaproxyTo(Haproxy.Program!, protocol, replicas.Addresses)),
            _ => null,
        };
        Child client = await AddAsync(ChildPrograms.ClientOf(protocol, contender.Stack, (hop ?? replicas).Addresses));
        return new Runner(contender, client, [.. replicas.Processes, .. hop?.Processes ?? []]);
    }

    private async Task<Child> AddAsync(string[] arguments)
    {
        Child child = await Child.StartAsync(arguments);
        _children.Push(child);
        return child;
    }
}
