using System.Runtime.CompilerServices;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class InterestsTests : IWithheldResources
{
    private readonly Interests<string> _interests = new();
    private MeshState _state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1", "c.default=1");

    public InterestsTests() => Publish();

    [Fact]
    public void A_change_shows_each_stream_what_may_have_changed_and_nothing_else()
    {
        SubscribedResource a = Add("one", ResourceType.Cluster, "a.default");
        SubscribedResource b = Add("one", ResourceType.Cluster, "b.default");
        SubscribedResource alsoB = Add("one", ResourceType.Listener, "b");
        SubscribedResource othersB = Add("two", ResourceType.Routes, "b.default");

        // What is new has not been seen.
        Assert.Equal([a, b, alsoB], Look("one"));
        Assert.Empty(Look("one"));
        Assert.Equal([othersB], Look("two"));

        Assert.Equal(["one", "two"], Set("b.default=2"));
        Assert.Equal([b, alsoB], Look("one"));
        Assert.Equal([othersB], Look("two"));
        Assert.Equal(["one"], Set("a.default=2"));
        Assert.Equal([a], Look("one"));
        Assert.Empty(Set("c.default=2"));
        Assert.Empty(Look("one"));
    }

    [Fact]
    public void Equal_names_are_kept_once_as_long_as_a_stream_has_one()
    {
        SubscribedResource one = Add("one", ResourceType.Cluster, NewText());
        SubscribedResource two = Add("two", ResourceType.Cluster, NewText());
        SubscribedResource otherType = Add("two", ResourceType.Routes, NewText());
        Assert.Same(one.Name, two.Name);
        Assert.NotEqual(one.Name, otherType.Name);
        _interests.Remove("one", one);
        Assert.Same(two.Name, Add("three", ResourceType.Cluster, NewText()).Name);

        static string NewText() => new("a.default".AsSpan());
    }

    [Fact]
    public void Nothing_is_kept_of_names_that_no_stream_has()
    {
        WeakReference name = AddAndRemove();
        GC.Collect();
        Assert.False(name.IsAlive);
        Assert.NotNull(Add("one", ResourceType.Cluster, "a.default"));

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference AddAndRemove()
        {
            SubscribedResource[] both = [Add("one", ResourceType.Cluster, "a.default"), Add("two", ResourceType.Cluster, "a.default")];
            _interests.Remove("one", both[0]);
            _interests.Remove("two", both[1]);
            return new WeakReference(both[0].Name);
        }
    }

    [Fact]
    public void Once_all_is_known_what_leads_nowhere_is_shown_and_nothing_else()
    {
        _state = _state with { IsRecovering = true };
        SetHost("shop.example.com");
        Add("one", ResourceType.Cluster, "a.default");
        Add("one", ResourceType.Listener, "b");
        Add("one", ResourceType.Listener, "shop.example.com:80");
        SubscribedResource[] missing = [Add("two", ResourceType.Cluster, "x.default"), Add("two", ResourceType.Listener, "x.example.com:80")];
        Add("two", ResourceType.Endpoints, "c.default");
        Look("one");
        Look("two");
        _state = _state with { IsRecovering = false };
        Assert.Equal(["two"], Publish());
        Assert.Equal(missing.ToHashSet(), Look("two").ToHashSet());
    }

    [Fact]
    public void A_listener_is_shown_when_its_host_leads_elsewhere()
    {
        SubscribedResource listener = Add("one", ResourceType.Listener, "shop.example.com:80");
        Look("one");
        Assert.Equal(["one"], SetHost("shop.example.com"));
        Assert.Equal(["one"], SetHost("shop.example.com:80"));
        Assert.Equal(["one"], SetHost("*.example.com"));
        Assert.Equal([listener], Look("one"));
        Assert.Empty(SetHost("other.example.com"));
    }

    [Fact]
    public void What_changes_often_before_it_is_looked_at_is_shown_once()
    {
        SubscribedResource a = Add("one", ResourceType.Cluster, "a.default");
        for (int i = 2; i < 100; i++)
        {
            Set($"a.default={i}");
        }

        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = _interests.Look("one");
        Assert.Equal([a], unseen);
        Assert.Equal("99", snapshot.State.Services["a.default"].Name);
    }

    [Fact]
    public void What_is_not_wanted_any_more_is_not_shown()
    {
        SubscribedResource a = Add("one", ResourceType.Cluster, "a.default");
        SubscribedResource alsoA = Add("one", ResourceType.Routes, "a.default");
        _interests.Remove("one", a);
        Assert.Equal([alsoA], Look("one"));
        Assert.Equal(["one"], Set("a.default=2"));
        _interests.Remove("one", alsoA);
        Assert.Empty(Look("one"));
        Assert.Empty(Set("a.default=3"));
    }

    [Fact]
    public void A_stream_that_wants_nothing_is_not_kept()
    {
        WeakReference stream = AddAndRemove();
        GC.Collect();
        Assert.False(stream.IsAlive);
        GC.KeepAlive(_interests);
    }

    void IWithheldResources.Tell(ResourceName name, string service, Exception failure) => Assert.Fail(failure.Message);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference AddAndRemove()
    {
        string stream = new('x', 3);
        SubscribedResource resource = Add(stream, ResourceType.Cluster, "a.default");
        _interests.Remove(stream, resource);
        return new WeakReference(stream);
    }

    private SubscribedResource Add(string stream, ResourceType type, string name)
    {
        SubscribedResource resource = new(ResourceName.Parse(type, name, "default"));
        _interests.Add(stream, resource);
        return resource;
    }

    private IReadOnlyCollection<SubscribedResource> Look(string stream) => _interests.Look(stream).Unseen;

    private IEnumerable<string> Set(string service)
    {
        _state = FakeStates.With(_state, service);
        return Publish();
    }

    private IEnumerable<string> SetHost(string host)
    {
        _state = FakeStates.WithHost(_state, host, "a.default");
        return Publish();
    }

    private IEnumerable<string> Publish() =>
        _interests.Publish(MeshSnapshot.Of(_state, MeshTrust.None, _interests.Snapshot, new ControlPlane(), new FakeEncoder(), this))
            .Order(StringComparer.Ordinal);
}
