using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>What streams say while not all may be known yet.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void What_is_not_known_yet_is_answered_with_nothing_and_later_said_not_to_exist()
    {
        DeltaBench bench = new("a.default=1");
        bench.Change(Recovering);
        bench.Subscribe("cluster", "a.default", "late.default", "nobody.default");
        bench.Subscribe("endpoints", "late.default", "nobody.default");
        bench.Subscribe("listener", "nobody");
        Assert.Equal(["cluster 1: a.default=1", "endpoints 2: ", "listener 3: "], bench.Responses());
        bench.Ack("cluster", "1");
        bench.Ack("endpoints", "2");
        Assert.Equal(ResourceState.Requested, bench.StateOf("endpoints", "nobody.default"));

        bench.Subscribe("endpoints", "another.default");
        Assert.Empty(bench.Responses());
        bench.Set("late.default=1");
        Assert.Equal(["cluster 4: late.default=1", "endpoints 5: late.default=1"], bench.Responses());
        bench.Ack("cluster", "4");
        bench.Ack("endpoints", "5");
        bench.Ack("listener", "3");

        bench.Change(Recovered);
        Assert.Equal(["cluster 6: -nobody.default", "endpoints 7: -another.default -nobody.default", "listener 8: -nobody"], bench.Responses());
        Assert.Equal(ResourceState.NotFound, bench.StateOf("endpoints", "nobody.default"));
    }

    [Fact]
    public void What_a_client_has_is_not_taken_away_before_that_is_decided()
    {
        DeltaBench bench = new("a.default=1");
        bench.Open("a.default");
        bench.Change(Recovering);
        bench.Delete("a.default");
        Assert.Empty(bench.Responses());
        bench.Change(Recovered);
        Assert.Equal(["listener 5: -a.default"], bench.Responses().Take(1));
    }

    [Fact]
    public void A_new_client_of_whole_states_is_told_what_is_known()
    {
        SotwBench bench = new("a.default=1");
        bench.Change(Recovering);
        bench.Ask("cluster", "", "a.default", "nobody.default");
        bench.Ask("endpoints", "", "nobody.default");
        Assert.Equal(["cluster 1: a.default=1"], bench.Responses());
        bench.Ask("cluster", "1", "a.default", "nobody.default");
        Assert.Empty(bench.Responses());
    }

    [Fact]
    public void One_that_comes_back_keeps_what_it_has_until_all_is_known()
    {
        SotwBench bench = new("a.default=1");
        bench.Change(Recovering);
        bench.Resume("cluster", "a.default", "late.default");
        bench.Resume("endpoints", "a.default", "late.default");
        Assert.Equal(["endpoints 1: a.default=1"], bench.Responses());
        bench.Ask("endpoints", "1", "a.default", "late.default");

        bench.Change(Recovered);
        Assert.Equal(["cluster 2: a.default=1"], bench.Responses());
    }

    [Fact]
    public void One_that_comes_back_is_told_all_as_soon_as_all_is_known()
    {
        SotwBench bench = new("a.default=1");
        bench.Change(Recovering);
        bench.Resume("cluster", "a.default", "late.default");
        Assert.Empty(bench.Responses());
        bench.Set("late.default=1");
        Assert.Equal(["cluster 1: a.default=1 late.default=1"], bench.Responses());
    }

    [Fact]
    public void News_of_other_types_do_not_wait_for_what_is_undecided_in_one()
    {
        SotwBench bench = new("a.default=1");
        bench.Change(Recovering);
        bench.Resume("cluster", "a.default", "late.default");
        bench.Ask("endpoints", "", "a.default");
        Assert.Equal(["endpoints 1: a.default=1"], bench.Responses());
        bench.Ack("endpoints", "1");
        bench.Set("a.default=2");
        Assert.Equal(["endpoints 2: a.default=2"], bench.Responses());
    }

    [Fact]
    public void Where_all_is_new_only_what_a_client_has_is_undecided()
    {
        DeltaBench bench = new("a.default=1");
        bench.Change(RecoveringFromNothing);
        bench.Send("cluster", request =>
        {
            request.ResourceNamesSubscribe.Add(["had.default", "a.default"]);
            request.InitialResourceVersions.Add("had.default", "1");
            request.InitialResourceVersions.Add("a.default", "0");
        });
        bench.Subscribe("endpoints", "fresh.default");
        Assert.Equal(["cluster 1: a.default=1", "endpoints 2: -fresh.default"], bench.Responses());
        bench.Ack("cluster", "1");
        bench.Ack("endpoints", "2");
        bench.Change(Recovered);
        Assert.Equal(["cluster 3: -had.default"], bench.Responses());
    }

    [Fact]
    public void Where_all_is_new_the_first_who_come_back_do_not_take_away_the_others()
    {
        DeltaBench bench = new("a.default=1", "written.default=1");
        bench.Change(state => RecoveringFromNothing(state) with
        {
            Written = ImmutableDictionary<string, MeshService>.Empty.Add("written.default", new MeshService { Endpoints = [new MeshEndpoint { Host = "10.0.0.1", Port = 80 }] }),
        });
        bench.Send("endpoints", request =>
        {
            request.ResourceNamesSubscribe.Add(["a.default", "written.default"]);
            request.InitialResourceVersions.Add("a.default", "0");
            request.InitialResourceVersions.Add("written.default", "0");
        });
        Assert.Equal(["endpoints 1: written.default=1"], bench.Responses());
        bench.Ack("endpoints", "1");
        Assert.DoesNotContain(bench.Responses(), response => response.Contains("a.default=", StringComparison.Ordinal));
        bench.Set("a.default=2");
        Assert.DoesNotContain(bench.Responses(), response => response.Contains("a.default=", StringComparison.Ordinal));
        bench.Change(Recovered);
        Assert.Contains(bench.Responses(), response => response.Contains("a.default=2", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_all_is_new_a_client_of_whole_states_that_comes_back_keeps_what_it_has()
    {
        SotwBench bench = new("a.default=1");
        bench.Change(RecoveringFromNothing);
        bench.Resume("cluster", "a.default", "had.default");
        Assert.Empty(bench.Responses());
        bench.Change(Recovered);
        Assert.Equal(["cluster 1: a.default=1"], bench.Responses());
    }

    private static MeshState RecoveringFromNothing(MeshState state) => state with { IsRecovering = true, IsNew = true };

    private static MeshState Recovering(MeshState state) => state with { IsRecovering = true };

    private static MeshState Recovered(MeshState state) => state with { IsRecovering = false };
}
