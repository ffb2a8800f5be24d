using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.Time.Testing;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>The world around a stream without I/O.</summary>
internal abstract class Bench : IStreamEnvironment, IWithheldResources
{
    private readonly Interests<Bench> _interests = new();
    private MeshState _state;

    protected Bench(string[] services)
    {
        _state = FakeStates.With(FakeStates.Empty, services);
        Publish();
    }

    public static Node Node { get; } = new() { Id = "web-1", Cluster = "web" };

    public FakeEncoder Encoder { get; } = new();

    public FakeTimeProvider Clock { get; } = new();

    public TimeProvider Time => Clock;

    public int MaxNames { get; set; } = 100;

    public TimeSpan EndpointsPause { get; set; }

    /// <summary>What the stream waits for, until it is asked again.</summary>
    public List<TimeSpan> Wakes { get; } = [];

    public List<LookupKey> Watched { get; } = [];

    public List<string> Refusals { get; } = [];

    public List<ResourceType> ForAll { get; } = [];

    public List<string> Withheld { get; } = [];

    public void Set(params string[] services) => Change(state => FakeStates.With(state, services));

    public void Delete(string service) => Change(
        state => state with { Services = state.Services.Remove(service) });

    public void Change(Func<MeshState, MeshState> change)
    {
        _state = FakeStates.Change(_state, change);
        Publish();
    }

    /// <summary>The state, and what is to be looked at in it.</summary>
    public (MeshSnapshot Snapshot, IReadOnlyCollection<SubscribedResource> Unseen) Look() => _interests.Look(this);

    public void WakeAfter(TimeSpan time) => Wakes.Add(time);

    public void Watch(SubscribedResource resource)
    {
        _interests.Add(this, resource);
        Watched.AddRange(resource.Name.Keys);
    }

    public void Unwatch(SubscribedResource resource)
    {
        _interests.Remove(this, resource);
        Assert.All(resource.Name.Keys, key => Assert.True(Watched.Remove(key)));
    }

    public void Refused(ResourceType type, string reason) => Refusals.Add($"{type}: {reason}");

    public void AskedForAll(ResourceType type) => ForAll.Add(type);

    public void Tell(ResourceName name, string service, Exception failure) => Withheld.Add($"{name.Type} {name.Text}");

    private void Publish() => _interests.Publish(MeshSnapshot.Of(_state, MeshTrust.None, _interests.Snapshot, new ControlPlane(), Encoder, this));
}
