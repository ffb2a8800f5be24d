using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds.Wire;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;
using RouteMatch = Mesh.Model.RouteMatch;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class MeshSnapshotTests
{
    private readonly FakeEncoder _encoder = new();

    [Fact]
    public void What_did_not_change_is_not_encoded_again()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1");
        MeshSnapshot one = Of(state, null);
        XdsResource a = Find(one, ResourceType.Cluster, "a.default");
        Assert.Same(a, Find(one, ResourceType.Cluster, "a.default"));
        Find(one, ResourceType.Cluster, "b.default");
        MeshSnapshot two = Of(FakeStates.With(state, "b.default=2"), one);
        Assert.Same(a, Find(two, ResourceType.Cluster, "a.default"));
        Find(two, ResourceType.Cluster, "b.default");
        Assert.Equal(3, _encoder.Made.Count);
        Assert.Equal([LookupKey.Service("b.default")], two.Changes);
    }

    [Fact]
    public void Services_and_hosts_that_come_and_go_are_changes()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1");
        MeshSnapshot one = Of(state with { Hosts = Hosts(("x", "a.default"), ("y", "a.default")) }, null);
        MeshState changed = FakeStates.Empty with
        {
            Services = Services(("a.default", state.Services["a.default"]), ("c.default", new MeshService())),
            Hosts = Hosts(("x", "c.default"), ("z", "c.default")),
        };
        MeshSnapshot two = Of(changed, one);
        Assert.Equal(
            [LookupKey.Service("b.default"), LookupKey.Service("c.default"), LookupKey.Host("x"), LookupKey.Host("y"), LookupKey.Host("z")],
            two.Changes.OrderBy(key => key.IsHost).ThenBy(key => key.Name, StringComparer.Ordinal));
        Assert.True(LookUp(two, ResourceType.Cluster, "b.default", Client("web")).IsNothing);
    }

    [Fact]
    public void Of_a_next_step_nothing_is_looked_at_but_what_it_names()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1", "c.default=1") with { Step = 7 };
        MeshSnapshot one = Of(state, null);
        MeshState next = FakeStates.With(state, "a.default=2", "b.default=2", "d.default=1");
        next = next with { Services = next.Services.Remove("c.default"), Step = 8, ChangedServices = ["a.default", "c.default", "d.default"] };
        MeshSnapshot two = Of(next, one);
        Assert.Equal(
            [LookupKey.Service("a.default"), LookupKey.Service("c.default"), LookupKey.Service("d.default")],
            two.Changes.OrderBy(key => key.Name, StringComparer.Ordinal));
        Assert.Same(Find(one, ResourceType.Cluster, "b.default"), Find(two, ResourceType.Cluster, "b.default"));
        Assert.True(LookUp(two, ResourceType.Cluster, "c.default", Client("web")).IsNothing);

        // Who has missed one looks at all.
        MeshState third = FakeStates.With(next, "b.default=3") with { ChangedServices = [] };
        Assert.Empty(Of(third with { Step = 9 }, two).Changes);
        Assert.Equal([LookupKey.Service("b.default")], Of(third with { Step = 10 }, two).Changes);
        Assert.Equal([LookupKey.Service("b.default")], Of(third with { Step = 0 }, two).Changes);
    }

    [Fact]
    public void Who_was_busy_is_told_in_one_what_the_steps_that_it_missed_have_changed()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1", "c.default=1") with { Step = 7 };
        MeshSnapshot one = Of(state, null);
        MeshState second = FakeStates.With(state, "a.default=2") with { Step = 8, ChangedServices = ["a.default"] };
        MeshState third = FakeStates.With(second, "b.default=2", "c.default=2") with { Step = 9, ChangedServices = ["b.default"] };
        MeshState fourth = third with { Step = 10, ChangedServices = [] };
        MeshState seen = fourth.Over(third.Over(second));
        Assert.Equal((2, 10), (seen.Skipped, seen.Step));

        // What is not named is not looked at.
        Assert.Equal([LookupKey.Service("a.default"), LookupKey.Service("b.default")], Of(seen, one).Changes.OrderBy(key => key.Name, StringComparer.Ordinal));
        Assert.Equal(3, Of(fourth.Over(second), one).Changes.Length);
        Assert.Equal(3, Of(fourth.Over(third with { Step = 0 }), one).Changes.Length);
    }

    [Fact]
    public void What_does_not_exist_may_exist_while_not_all_is_known()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1");
        MeshSnapshot one = Of(state with { IsRecovering = true }, null);
        Assert.True(LookUp(one, ResourceType.Cluster, "b.default", Client("web")).IsUndecided);
        Assert.False(LookUp(one, ResourceType.Cluster, "b.default", Client("web")).IsNothing);
        Assert.False(one.IsOtherwiseDecided);
        Assert.True(Of(state, one).IsOtherwiseDecided);
        Assert.False(Of(state, Of(state, one)).IsOtherwiseDecided);
    }

    [Fact]
    public void A_wildcard_that_comes_or_goes_concerns_all_whom_one_may_match()
    {
        MeshSnapshot one = Of(FakeStates.With(FakeStates.Empty, "a.default=1"), null);
        MeshSnapshot two = Of(one.State with { Hosts = Hosts(("*.example.com:80", "a.default")) }, one);
        Assert.Equal([LookupKey.AnyWildcard], two.Changes);
        Assert.Equal([LookupKey.AnyWildcard], Of(one.State, two).Changes);
        Assert.Empty(one.Changes);
        Assert.Contains(LookupKey.AnyWildcard, ResourceName.Parse(ResourceType.Listener, "shop.example.com:80", "default").Keys);
        Assert.Equal("a.default", Find(two, ResourceType.Listener, "shop.example.com:80").Service);
    }

    [Fact]
    public void A_host_whose_service_went_and_came_back_is_a_change()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1", "b.default=1") with
        {
            Hosts = Hosts(("x", "a.default"), ("*.y", "a.default"), ("z", "b.default")), Births = Births(a: 1),
        };
        MeshSnapshot one = Of(state, null);
        MeshSnapshot two = Of(state with { Births = Births(a: 5) }, one);
        Assert.Equal(
            [LookupKey.Service("a.default"), LookupKey.AnyWildcard, LookupKey.Host("x")],
            two.Changes.OrderBy(key => key.IsHost).ThenBy(key => key.Name, StringComparer.Ordinal));

        static ImmutableDictionary<string, long> Births(long a) =>
            new Dictionary<string, long> { ["a.default"] = a, ["b.default"] = 1 }.ToImmutableDictionary();
    }

    [Fact]
    public void Callers_are_told_apart_where_that_makes_a_difference()
    {
        MeshService service = new()
        {
            Name = "1", Routes = [new MeshRoute { Match = [new RouteMatch { Source = new SourceMatch { Service = "web" } }] }]
        };
        ImmutableDictionary<string, MeshService> services = Services(("a.default", service), ("b.default", new MeshService { Name = "1" }));
        MeshSnapshot snapshot = Of(FakeStates.Empty with { Services = services }, null);
        Assert.NotSame(Routes("a.default", "web"), Routes("a.default", "tester"));
        Assert.Same(Routes("a.default", "web"), Routes("a.default", "web"));
        Assert.Same(Routes("b.default", "web"), Routes("b.default", "tester"));
        Assert.NotSame(Routes("a.default", "web", "blue"), Routes("a.default", "web", "red"));

        // Mesh.Client tells them apart itself.
        Assert.Same(Routes("a.default", "web", agent: "Mesh.Client"), Routes("a.default", "tester", agent: "Mesh.Client"));

        XdsResource Routes(string name, string caller, string? color = null, string agent = "grpc-go") =>
            LookUp(snapshot, ResourceType.Routes, name, Client(caller, color, agent)).Resource!;
    }

    [Fact]
    public void Names_that_clients_think_up_are_not_kept_without_end()
    {
        MeshSnapshot snapshot = Of(FakeStates.With(FakeStates.Empty, "a.default=1"), null);
        WeakReference first = Forget(snapshot);
        for (int i = 0; i < 1000; i++)
        {
            Find(snapshot, ResourceType.Cluster, $"a.default|{i}");
        }

        GC.Collect();
        Assert.False(first.IsAlive);
        GC.KeepAlive(snapshot);
    }

    [Fact]
    public void What_nobody_asks_for_any_more_is_not_handed_on()
    {
        WeakReference first = Follow(out MeshSnapshot last);
        GC.Collect();
        Assert.False(first.IsAlive);
        GC.KeepAlive(last);
    }

    [Fact]
    public void The_last_good_one_outlives_a_state_that_nobody_saw()
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1");
        MeshSnapshot one = Of(state, null);
        XdsResource good = Find(one, ResourceType.Cluster, "a.default");
        MeshSnapshot two = Of(FakeStates.With(state, "a.default=2"), one);
        MeshSnapshot three = MeshSnapshot.Of(
            FakeStates.With(state, $"a.default={FakeEncoder.Broken}"), MeshTrust.None, two, new ControlPlane(), _encoder, new Anything());
        Assert.Same(good, Find(three, ResourceType.Cluster, "a.default"));
    }

    private static ClientNode Client(string service, string? color = null, string agent = "grpc-go")
    {
        Node node = new() { Id = "1", Cluster = service, UserAgentName = agent, Metadata = new Struct() };
        if (color is not null)
        {
            node.Metadata.Fields.Add("LABELS", Value.ForStruct(new Struct { Fields = { ["color"] = Value.ForString(color) } }));
        }

        return ClientNode.Parse(node);
    }

    private static Lookup LookUp(MeshSnapshot snapshot, ResourceType type, string name, ClientNode client) =>
        snapshot.Find(ResourceName.Parse(type, name, "default"), client);

    private static XdsResource Find(MeshSnapshot snapshot, ResourceType type, string name) =>
        LookUp(snapshot, type, name, Client("web")).Resource!;

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Forget(MeshSnapshot snapshot) => new(Find(snapshot, ResourceType.Cluster, "a.default|first"));

    // States in each of which another name is asked for.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference Follow(out MeshSnapshot last)
    {
        MeshState state = FakeStates.With(FakeStates.Empty, "a.default=1");
        last = Of(state, null);
        WeakReference first = Forget(last);
        for (int i = 2; i < 5; i++)
        {
            last = Of(FakeStates.With(state, $"a.default={i}"), last);
            Find(last, ResourceType.Cluster, $"a.default|{i}");
        }

        return first;
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Hosts(params (string Host, string Service)[] hosts) =>
        hosts.ToImmutableDictionary(pair => pair.Host, pair => ImmutableArray.Create(pair.Service));

    private static ImmutableDictionary<string, MeshService> Services(params (string Name, MeshService Service)[] services) =>
        services.ToImmutableDictionary(pair => pair.Name, pair => pair.Service);

    private MeshSnapshot Of(MeshState state, MeshSnapshot? before) =>
        MeshSnapshot.Of(state, MeshTrust.None, before, new ControlPlane(), _encoder, new Nothing());

    private sealed class Anything : IWithheldResources
    {
        public void Tell(ResourceName name, string service, Exception failure)
        {
        }
    }

    private sealed class Nothing : IWithheldResources
    {
        public void Tell(ResourceName name, string service, Exception failure) => Assert.Fail(failure.Message);
    }
}
