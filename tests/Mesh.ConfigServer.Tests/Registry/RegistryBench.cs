using System.Diagnostics.Metrics;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>A registry without a network, and the mesh that comes of it.</summary>
internal sealed class RegistryBench : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RegistryOptions _options;
    private readonly GracePeriod _grace;
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly IDisposable _watch;

    /// <param name="known">What an earlier server knew; null: there was none, so that there is no grace.</param>
    /// <param name="options">Other than the usual ones.</param>
    /// <param name="documents">Others than <see cref="Documents"/>.</param>
    /// <param name="absence">How long ago the earlier server was.</param>
    public RegistryBench(Registration[]? known = null, RegistryOptions? options = null, IMeshStates? documents = null, TimeSpan absence = default)
    {
        _options = options ??= new RegistryOptions();
        _grace = new GracePeriod(known is null ? TimeSpan.Zero : options.GracePeriod, Clock);
        Registry = new MeshRegistry(options, _grace, Kept, Clock, new RegistryMetrics(Meters), new FakeLogger<MeshRegistry>(Logs));
        Registry.Restore(known ?? [], absence);
        Live = Follow(documents ?? Documents);
        _watch = Live.Subscribe(state => States.Add(state));
    }

    public JumpingTime Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public FakeLogCollector Logs { get; } = new();

    public MemoryRegistrations Kept { get; } = new();

    public FakeStates Documents { get; } = new();

    public MeshRegistry Registry { get; }

    public LiveMesh Live { get; }

    /// <summary>All that clients saw.</summary>
    public List<MeshState> States { get; } = [];

    /// <summary>Instances whose streams were ended, and how.</summary>
    public List<string> Stopped { get; } = [];

    /// <summary>Of a process on the machine where its address is.</summary>
    public static Registration Of(string instance, string service = "a.default", string? address = null, long epoch = 1) => new()
    {
        Service = service, Instance = instance, Epoch = epoch, Owner = "server-1", RegisteredAt = DateTimeOffset.UnixEpoch,
        Peer = (address ?? $"10.0.0.{instance}").Split(':')[0],
        Endpoints = [new MeshEndpoint { Host = (address ?? $"10.0.0.{instance}:80").Split(':')[0], Port = int.Parse((address ?? ":80").Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) }],
    };

    /// <summary>Another mesh of the same processes, which knows nothing of what was before.</summary>
    public LiveMesh Follow(IMeshStates documents) =>
        new(documents, Registry, _grace, _options, Clock, new FakeLogger<LiveMesh>());

    /// <summary>A new stream registers.</summary>
    public Lease Register(Registration registration)
    {
        (Lease lease, Task kept) = Registry.Register(registration, null, () => Stopped.Add(registration.Instance));
        Assert.True(kept.IsCompletedSuccessfully);
        return _leases[registration.Instance] = lease;
    }

    public Lease Register(string instance, string service = "a.default", string? address = null, long epoch = 1) =>
        Register(Of(instance, service, address, epoch));

    /// <summary>Time goes on, in which those that are named are heard.</summary>
    public void Pass(int seconds, params string[] heard)
    {
        for (int i = 0; i < seconds; i++)
        {
            Array.ForEach(heard, instance => Assert.True(Registry.KeepAlive(_leases[instance])));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Lets changes go out that wait for others.</summary>
    public void Settle() => Clock.Advance(TimeSpan.FromMilliseconds(100));

    public void Cut(string instance) => Registry.StreamGone(_leases[instance]);

    /// <summary>What the instances are: <c>1 Ready, 2 Held</c>.</summary>
    public string InstancesOf(string service = "a.default") => string.Join(
        ", ", (Registry.Find(service)?.Instances ?? []).Select(instance => $"{instance.Registration.Instance} {instance.State}"));

    /// <summary>The endpoints that clients see: <c>10.0.0.1:80 10.0.0.2:80/1</c>, with their priority; null: there is no such service.</summary>
    public string? Seen(string service = "a.default") => Text(Live.Current, service);

    public static string? Text(MeshState state, string service = "a.default") => !state.Services.TryGetValue(service, out MeshService? known) ? null
        : known.Endpoints is not { } endpoints ? "elsewhere"
        : string.Join(' ', endpoints.Select(endpoint => endpoint.Priority == 0 ? endpoint.Authority : $"{endpoint.Authority}/{endpoint.Priority}"));

    public void Dispose()
    {
        _watch.Dispose();
        Live.Dispose();
        Registry.Dispose();
        _grace.Dispose();
        _services.Dispose();
    }
}
