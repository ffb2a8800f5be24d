using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.Time.Testing;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A stream without I/O and the world around it. Responses are read as text: <c>listener 2: catalog=v1 -gone</c>.</summary>
internal abstract class Bench : IStreamEnvironment, IWithheldResources
{
    private MeshState _state = FakeStates.Empty;

    protected Bench(params string[] services)
    {
        _state = FakeStates.With(_state, services);
        Snapshot = MeshSnapshot.Of(_state, null, new ControlPlane(), Encoder, this);
    }

    public FakeEncoder Encoder { get; } = new();

    public FakeTimeProvider Clock { get; } = new();

    public TimeProvider Time => Clock;

    public int MaxNames { get; set; } = 100;

    public List<LookupKey> Watched { get; } = [];

    public List<string> Refusals { get; } = [];

    public List<ResourceType> ForAll { get; } = [];

    public List<string> Withheld { get; } = [];

    public MeshSnapshot Snapshot { get; private set; }

    public static Node Node { get; } = new() { Id = "web-1", Cluster = "web" };

    public void Set(params string[] services) => Change(state => FakeStates.With(state, services));

    public void Delete(string service) =>
        Change(state => state with { Services = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(state.Services.Where(pair => pair.Key != service)) });

    public void Change(Func<MeshState, MeshState> change)
    {
        _state = FakeStates.Change(_state, change);
        Snapshot = MeshSnapshot.Of(_state, Snapshot, new ControlPlane(), Encoder, this);
    }

    public void Watch(LookupKey key) => Watched.Add(key);

    public void Unwatch(LookupKey key) => Assert.True(Watched.Remove(key));

    public void Refused(ResourceType type, string reason) => Refusals.Add($"{type}: {reason}");

    public void AskedForAll(ResourceType type) => ForAll.Add(type);

    public void Tell(ResourceName name, string service, Exception failure) => Withheld.Add($"{name.Type} {name.Text}");

    protected static string Url(string type) => Parse(type).Url();

    protected static string Text(string url, string nonce, IEnumerable<string> resources, IEnumerable<string>? removed = null) =>
        $"{ResourceTypes.Of(url)!.Value.ToString().ToLowerInvariant()} {nonce}: "
        + string.Join(' ', resources.Order(StringComparer.Ordinal).Concat((removed ?? []).Order(StringComparer.Ordinal).Select(name => "-" + name)));

    private static ResourceType Parse(string type) => Enum.Parse<ResourceType>(type, ignoreCase: true);
}
