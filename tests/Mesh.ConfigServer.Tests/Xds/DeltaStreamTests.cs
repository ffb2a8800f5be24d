using Grpc.Core;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class DeltaStreamTests
{
    [Fact]
    public void There_is_an_end_to_the_subsets_of_a_service()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Subscribe("cluster", [.. Enumerable.Range(0, 64).Select(i => $"a.default|{i}"), "a.default", "b.default|1"]);
        bench.Subscribe("endpoints", "a.default|64");
        RpcException refused = Assert.Throws<RpcException>(() => bench.Subscribe("cluster", "a.default|64"));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        bench.Unsubscribe("cluster", "a.default|0");
        bench.Subscribe("cluster", "a.default|64");
    }

    [Fact]
    public void What_is_subscribed_comes_in_order_and_what_is_not_there_is_said()
    {
        DeltaBench bench = new("catalog.default=v1");
        bench.Subscribe("listener", "catalog", "nobody");
        bench.Subscribe("routes", "catalog.default", "nobody.default");
        bench.Subscribe("cluster", "catalog.default");
        bench.Subscribe("endpoints", "catalog.default|canary");

        Assert.Equal(
            [
                "cluster 1: catalog.default=v1",
                "endpoints 2: catalog.default|canary=v1",
                "listener 3: catalog=catalog.default -nobody",
                "routes 4: catalog.default=v1 -nobody.default",
            ],
            bench.Responses());
        Assert.Equal("3.0", bench.Last!.SystemVersionInfo);
        Assert.Equal(ResourceState.NotFound, bench.StateOf("listener", "nobody"));
    }

    [Fact]
    public void A_change_sends_what_is_different_alone()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Set("b.default=2");
        Assert.Equal(["cluster 5: b.default=2", "endpoints 6: b.default=2", "routes 7: b.default=2"], bench.Responses());
    }

    [Fact]
    public void What_was_refused_for_another_is_sent_once_it_was_taken_back_and_comes_again()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Subscribe("cluster", "a.default", "b.default");
        bench.Responses();
        bench.Ack("cluster", "1");
        bench.Set("a.default=2", "b.default=bad");
        Assert.Equal(["cluster 2: a.default=2 b.default=bad"], bench.Responses());
        bench.Nack("cluster", "2", "No.");
        Assert.Empty(bench.Responses());

        bench.Set("a.default=1", "b.default=1");
        Assert.Equal(["cluster 3: a.default=1 b.default=1"], bench.Responses());
        bench.Ack("cluster", "3");
        bench.Set("a.default=2");
        Assert.Equal(["cluster 4: a.default=2"], bench.Responses());
        bench.Ack("cluster", "4");
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void What_did_not_change_is_not_looked_at()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Set("a.default=2");
        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = bench.Look();
        Assert.Equal(["a.default"], unseen.Select(resource => resource.Name.Service).Distinct());

        // It has not been shown what changed.
        Assert.Null(bench.Stream.Next(snapshot, []));
        Assert.NotNull(bench.Stream.Next(snapshot, unseen));
    }

    [Fact]
    public void On_reconnect_only_what_differs_is_sent()
    {
        DeltaBench before = new("a.default=1", "b.default=1", "c.default=1");
        before.Subscribe("cluster", "a.default", "b.default", "c.default");
        before.Responses();
        Dictionary<string, string> versions = before.Last!.Resources.ToDictionary(resource => resource.Name, resource => resource.Version);

        DeltaBench bench = new("a.default=1", "b.default=2");
        bench.Send("cluster", request =>
        {
            request.ResourceNamesSubscribe.Add(["a.default", "b.default", "c.default"]);
            request.InitialResourceVersions.Add(versions);
        });
        Assert.Equal(["cluster 1: b.default=2"], bench.Responses());
        bench.Ack("cluster", "1");
        Assert.Equal(["cluster 2: -c.default"], bench.Responses());
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));
        Assert.NotNull(bench.Status("cluster", "a.default").Content);
    }

    [Fact]
    public void On_reconnect_nothing_is_sent_where_nothing_differs()
    {
        DeltaBench before = new("a.default=1");
        before.Subscribe("cluster", "a.default");
        before.Responses();
        DeltaBench bench = new("a.default=1");
        bench.Send("cluster", request =>
        {
            request.ResourceNamesSubscribe.Add("a.default");
            request.InitialResourceVersions.Add("a.default", before.Last!.Resources[0].Version);
        });
        Assert.Empty(bench.Responses());
        bench.Set("a.default=2");
        Assert.Equal(["cluster 1: a.default=2"], bench.Responses());
    }

    [Fact]
    public void A_repeated_subscription_is_answered_even_where_an_acknowledgement_is_missing()
    {
        DeltaBench bench = new("a.default=1");
        bench.Subscribe("cluster", "a.default", "x.default");
        Assert.Equal(["cluster 1: a.default=1 -x.default"], bench.Responses());
        bench.Subscribe("cluster", "a.default");
        Assert.Equal(["cluster 2: a.default=1"], bench.Responses());
        bench.Subscribe("cluster", "x.default");
        Assert.Equal(["cluster 3: -x.default"], bench.Responses());
    }

    [Fact]
    public void Unsubscribing_is_not_answered_and_ends_it()
    {
        DeltaBench bench = new("a.default=1");
        bench.Open("a.default");
        bench.Unsubscribe("cluster", "a.default", "never-asked-for");
        bench.Set("a.default=2");
        Assert.Equal(["endpoints 5: a.default=2", "routes 6: a.default=2"], bench.Responses());
    }

    [Fact]
    public void What_waits_to_be_sent_is_not_sent_to_whom_does_not_want_it_any_more()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Subscribe("cluster", "a.default", "b.default");
        bench.Responses();
        bench.Set("a.default=2", "b.default=2");
        Assert.Empty(bench.Responses());
        bench.Unsubscribe("cluster", "a.default");
        bench.Ack("cluster", "1");
        Assert.Equal(["cluster 2: b.default=2"], bench.Responses());
    }

    [Fact]
    public void A_subscription_in_a_request_with_a_stale_nonce_counts()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Send("cluster", request =>
        {
            request.ResponseNonce = "77";
            request.ResourceNamesSubscribe.Add("b.default");
        });
        Assert.Equal(["cluster 2: b.default=1"], bench.Responses());
        Assert.Equal(ResourceState.Stale, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void What_is_gone_is_taken_away_last()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Delete("b.default");
        bench.Set("a.default=2");
        Assert.Equal(
            ["cluster 5: a.default=2", "endpoints 6: a.default=2", "routes 7: a.default=2", "listener 8: -b.default"], bench.Responses());
        bench.Ack("cluster", "5");
        bench.Ack("endpoints", "6");
        Assert.Empty(bench.Responses());
        bench.Ack("routes", "7");
        Assert.Equal(["routes 9: -b.default", "cluster 10: -b.default", "endpoints 11: -b.default"], bench.Responses());
        bench.Set("b.default=1");
        bench.Ack("cluster", "10");
        bench.Ack("endpoints", "11");
        bench.Ack("listener", "8");
        bench.Ack("routes", "9");
        Assert.Equal(
            ["cluster 12: b.default=1", "endpoints 13: b.default=1", "listener 14: b.default=b.default", "routes 15: b.default=1"],
            bench.Responses());
    }

    [Fact]
    public void Nothing_is_taken_away_while_what_may_refer_to_it_waits()
    {
        DeltaBench bench = new("a.default=1", "b.default=1");
        bench.Subscribe("routes", "a.default");
        bench.Subscribe("cluster", "b.default");
        bench.Responses();
        bench.Ack("cluster", "1");
        bench.Ack("routes", "2");
        bench.Set("a.default=2");
        Assert.Equal(["routes 3: a.default=2"], bench.Responses());
        bench.Set("a.default=3");
        bench.Delete("b.default");
        Assert.Empty(bench.Responses());
        Assert.True(bench.Stream.IsWaiting);
        bench.Ack("routes", "3");
        Assert.Equal(["routes 4: a.default=3", "cluster 5: -b.default"], bench.Responses());
        Assert.False(bench.Stream.IsWaiting);
    }

    [Fact]
    public void A_refused_version_is_never_sent_again_and_the_next_one_is()
    {
        DeltaBench bench = new("a.default=good");
        bench.Open("a.default");
        bench.Set("a.default=bad");
        bench.Responses();
        bench.Nack("cluster", "5", "No.");
        bench.Change(state => state);
        Assert.Empty(bench.Responses());
        Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", "a.default"));

        // A client that repeats itself with each refusal must not spin.
        bench.Send("cluster", request =>
        {
            request.ResponseNonce = "5";
            request.ErrorDetail = new Mesh.Model.Xds.Wire.Status { Code = 3 };
            request.ResourceNamesSubscribe.Add("a.default");
        });
        Assert.Empty(bench.Responses());
        bench.Ack("endpoints", "6");
        bench.Ack("routes", "7");
        bench.Set("a.default=better");
        Assert.Equal("cluster 8: a.default=better", bench.Responses()[0]);
        bench.Ack("cluster", "8");
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void What_comes_back_after_another_version_was_refused_is_offered_once_more()
    {
        DeltaBench bench = new("a.default=bad");
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Nack("cluster", "1", "No.");
        bench.Set("a.default=worse");
        Assert.Equal(["cluster 2: a.default=worse"], bench.Responses());
        bench.Set("a.default=bad");
        Assert.Empty(bench.Responses());
        bench.Nack("cluster", "2", "No.");
        Assert.Equal(["cluster 3: a.default=bad"], bench.Responses());
        bench.Nack("cluster", "3", "No.");
        Assert.Empty(bench.Responses());
    }

    [Fact]
    public void Without_an_answer_one_response_is_out_and_then_the_newest_follows()
    {
        DeltaBench bench = new("a.default=1");
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        for (int i = 2; i <= 100; i++)
        {
            bench.Set($"a.default={i}");
            Assert.Empty(bench.Responses());
        }

        Assert.Equal(ResourceState.Stale, bench.StateOf("cluster", "a.default"));
        bench.Ack("cluster", "1");
        Assert.Equal(["cluster 2: a.default=100"], bench.Responses());
    }

    [Fact]
    public void A_change_that_is_taken_back_before_it_is_sent_is_not_sent()
    {
        DeltaBench bench = new("a.default=1");
        bench.Open("a.default");
        bench.Set("a.default=2");
        bench.Set("a.default=1");
        Assert.Empty(bench.Responses());
    }

    [Fact]
    public void A_refusal_at_first_leaves_nothing()
    {
        DeltaBench bench = new("a.default=bad");
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Nack("cluster", "1", "");
        Assert.Empty(bench.Responses());
        ResourceStatus status = bench.Status("cluster", "a.default");
        Assert.Equal((ResourceState.Nacked, null, null), (status.State, status.AcknowledgedVersion, status.Content));
        Assert.Equal("The client gave no reason (code 3).", status.Error);
    }

    [Fact]
    public void What_stood_beside_a_refused_one_may_have_been_taken()
    {
        DeltaBench bench = new("a.default=1", "b.default=bad");
        bench.Subscribe("cluster", "a.default", "b.default");
        bench.Responses();
        bench.Nack("cluster", "1", "No.");
        Assert.Empty(bench.Responses());
        bench.Delete("a.default");
        Assert.Equal(["cluster 2: -a.default"], bench.Responses());
        bench.Ack("cluster", "2");
        bench.Set("a.default=1");
        Assert.Equal(["cluster 3: a.default=1"], bench.Responses());
        bench.Ack("cluster", "3");
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));
        Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", "b.default"));
    }

    [Fact]
    public void Those_are_blamed_whom_the_refusal_names()
    {
        DeltaBench bench = new("a.default=1", "b.default=bad");
        bench.Subscribe("cluster", "a.default", "b.default");
        bench.Responses();
        bench.Nack("cluster", "1", "Cluster 'b.default': no.");
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));
        Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", "b.default"));
    }

    [Fact]
    public void Where_a_refusal_names_nobody_each_is_told_to_be_one_of_them()
    {
        DeltaBench bench = new("a.default=1", "b.default=bad");
        bench.Subscribe("cluster", "a.default", "b.default");
        bench.Responses();
        bench.Nack("cluster", "1", "No.");
        Assert.All(["a.default", "b.default"], name => Assert.Equal(
            "It is one of 2 that were new in a response which the client refused, and may not be the bad one: No.",
            bench.Status("cluster", name).Error));
        Assert.Equal(["Cluster: No."], bench.Refusals);
    }

    [Fact]
    public void Nobody_is_taken_for_good_who_may_be_named_in_what_was_cut_off()
    {
        DeltaBench bench = new("a.default=1", "b.default=bad", "c.default=1");
        bench.Subscribe("cluster", "a.default", "b.default", "c.default");
        bench.Responses();
        bench.Nack("cluster", "1", $"b.default: {new string('x', 5000)} c.default: no. {new string('x', 20_000)} a.default: no.");
        Assert.StartsWith("b.default: xxx", bench.Status("cluster", "b.default").Error, StringComparison.Ordinal);
        Assert.StartsWith("b.default: xxx", bench.Status("cluster", "c.default").Error, StringComparison.Ordinal);
        Assert.StartsWith("It is one of 3 that were new", bench.Status("cluster", "a.default").Error, StringComparison.Ordinal);
        Assert.InRange(bench.Status("cluster", "a.default").Error!.Length, 4000, 4300);
    }

    [Fact]
    public void A_refusal_counts_that_comes_after_the_answer_to_another_request()
    {
        DeltaBench bench = new("a.default=bad", "b.default=1");
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Subscribe("cluster", "b.default");
        Assert.Equal(["cluster 2: b.default=1"], bench.Responses());
        bench.Nack("cluster", "1", "No.");
        bench.Nack("cluster", "1", "No.");
        bench.Ack("cluster", "2");
        Assert.Equal(["Cluster: No."], bench.Refusals);
        Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", "a.default"));
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "b.default"));
    }

    [Fact]
    public void Who_does_not_want_all_any_more_is_not_told_to()
    {
        DeltaBench bench = new();
        bench.Subscribe("cluster", "*");
        Assert.Single(bench.Stream.AskedForAll());
        bench.Unsubscribe("cluster", "*");
        Assert.Empty(bench.Stream.AskedForAll());
    }

    [Fact]
    public void Many_names_are_taken_away_in_pieces()
    {
        DeltaBench bench = new() { MaxNames = 2500 };
        string[] names = [.. Enumerable.Range(0, 2500).Select(i => $"s{i}.default")];
        bench.Subscribe("cluster", names);
        Assert.Equal([1000, 1000, 500], bench.Responses().Select(text => text.Count(c => c == '-')));
        bench.Ack("cluster", "3");
        Assert.Empty(bench.Responses());
        bench.Set([.. names.Select(name => $"{name}=1")]);
        Assert.Single(bench.Responses());
        bench.Ack("cluster", "4");
        bench.Change(_ => FakeStates.Empty);
        List<int> gone = [];
        while (bench.Responses() is [var response])
        {
            gone.Add(response.Count(c => c == '-'));
            bench.Ack("cluster", $"{gone.Count + 4}");
        }

        Assert.Equal([1000, 1000, 500], gone);
    }

    [Fact]
    public void Who_asks_for_all_gets_an_empty_answer()
    {
        DeltaBench bench = new("a.default=1");
        bench.Subscribe("listener");
        bench.Subscribe("cluster", "*");
        Assert.Equal(["cluster 1: ", "listener 2: "], bench.Responses());
        Assert.Equal([ResourceType.Listener, ResourceType.Cluster], bench.ForAll);
    }

    [Fact]
    public void A_client_of_the_mesh_is_told_why_there_is_nothing_to_send()
    {
        DeltaBench bench = new(DeltaClient.Node(), "a.default=broken", "b.default=v1");

        bench.Subscribe("cluster", "a.default", "b.default");
        Assert.Equal(["cluster 1: b.default=v1"], bench.Responses());
        Mesh.Model.Xds.Wire.ResourceError error = Assert.Single(bench.Last!.ResourceErrors);
        Assert.Equal(("a.default", 13), (error.ResourceName.Name, error.ErrorDetail.Code));
        Assert.Contains("No word for it.", error.ErrorDetail.Message, StringComparison.Ordinal);
        bench.Ack("cluster", "1");
        bench.Set("b.default=v2");
        Assert.Equal(["cluster 2: b.default=v2"], bench.Responses());
        Assert.Empty(bench.Last!.ResourceErrors);
        bench.Ack("cluster", "2");

        // Who was told that there is one is told when there is none any more.
        bench.Delete("a.default");
        Assert.Equal(["cluster 3: -a.default"], bench.Responses());
        bench.Ack("cluster", "3");
        bench.Set("a.default=v1");
        Assert.Equal(["cluster 4: a.default=v1"], bench.Responses());
    }

    [Fact]
    public void A_client_of_the_mesh_is_told_once_what_is_not_decided_yet()
    {
        DeltaBench bench = new(DeltaClient.Node(), "a.default=v1");
        bench.Change(state => state with { IsRecovering = true });
        bench.Subscribe("cluster", "a.default", "late.default");
        Assert.Equal(["cluster 1: a.default=v1"], bench.Responses());
        Assert.Equal(("late.default", 14), (Assert.Single(bench.Last!.ResourceErrors).ResourceName.Name, bench.Last.ResourceErrors[0].ErrorDetail.Code));
        bench.Ack("cluster", "1");
        bench.Subscribe("cluster", "later.default");
        Assert.Equal(["cluster 2: "], bench.Responses());
        Assert.Equal("later.default", Assert.Single(bench.Last!.ResourceErrors).ResourceName.Name);
        bench.Ack("cluster", "2");
        bench.Set("a.default=v2");
        Assert.Equal(["cluster 3: a.default=v2"], bench.Responses());
        Assert.Empty(bench.Last!.ResourceErrors);
        bench.Ack("cluster", "3");
        bench.Change(state => state with { IsRecovering = false });
        Assert.Equal(["cluster 4: -late.default -later.default"], bench.Responses());
    }

    [Fact]
    public void Other_clients_are_not_told_of_what_is_withheld()
    {
        DeltaBench bench = new("a.default=broken", "b.default=v1");

        bench.Subscribe("cluster", "a.default", "b.default");

        Assert.Equal(["cluster 1: b.default=v1"], bench.Responses());
        Assert.Empty(bench.Last!.ResourceErrors);
        bench.Ack("cluster", "1");

        // What they asked for they are told when there is an answer.
        bench.Delete("a.default");
        Assert.Equal(["cluster 2: -a.default"], bench.Responses());
        Assert.Equal(ResourceState.NotFound, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void Times_are_told()
    {
        DeltaBench bench = new("a.default=1");
        DateTimeOffset start = bench.Clock.GetUtcNow();
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        bench.Ack("cluster", "1");
        ResourceStatus status = bench.Status("cluster", "a.default");
        Assert.Equal((start, start.AddSeconds(2)), (status.SentAt, status.AcknowledgedAt));
    }
}
