using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What protoc has encoded, as Istio and its like send it.</summary>
public sealed class GoldenRoutesTests
{
    [Fact]
    public void A_request_that_refuses_says_why()
    {
        var request = Golden.Read<Wire.DiscoveryRequest>("discovery_request_nack");

        Assert.Equal("bad lb_policy", request.ErrorDetail.Message);
        Assert.Equal("n7", request.ResponseNonce);
        Assert.Equal(2.5, request.Node.Metadata.Fields["N"].NumberValue);
        Assert.Equal("eu-1", request.Node.Locality.Zone);
    }

    [Fact]
    public void A_request_for_changes_names_what_is_new_what_is_known_and_what_is_not_wanted()
    {
        var request = Golden.Read<Wire.DeltaDiscoveryRequest>("delta_request");

        Assert.Equal(["a", "b"], request.ResourceNamesSubscribe);
        Assert.Equal(["c"], request.ResourceNamesUnsubscribe);
        Assert.Equal("3", request.InitialResourceVersions["a"]);
    }

    [Fact]
    public void A_listener_of_a_client_names_its_routes()
    {
        Decoded<XdsListener> decoded = ListenerCodec.Decode(Golden.Read<Wire.Listener>("listener_client"));

        Assert.Empty(decoded.Faults);
        XdsListener listener = decoded.Value!;
        Assert.Equal("a.demo:80", listener.Name);
        Assert.Equal("outbound|80||a.demo", listener.RouteConfigurationName);
        Assert.Null(listener.Routes);
        Assert.Equal(TimeSpan.FromSeconds(30), listener.MaxStreamDuration);
        Assert.Equal(new RouteFault
        {
            Delay = new() { FixedDelay = TimeSpan.FromMilliseconds(5), Percent = 0.25m }, Abort = new() { GrpcStatus = 14, Percent = 1 },
        }, listener.Fault);
        Assert.EndsWith("max_active_faults", Assert.Single(decoded.Warnings).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listener_of_a_server_is_refused()
    {
        Decoded<XdsListener> decoded = ListenerCodec.Decode(Golden.Read<Wire.Listener>("listener_server_rbac"));

        Assert.Null(decoded.Value);
        Assert.Equal("api_listener", Assert.Single(decoded.Faults).Path);
    }

    [Fact]
    public void Headers_for_one_of_several_clusters_are_refused()
    {
        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(Routes());

        Assert.Null(decoded.Value);
        Assert.Equal(
            "virtual_hosts[0].routes[0].route.weighted_clusters.clusters[0].request_headers_to_add", Assert.Single(decoded.Faults).Path);
    }

    [Fact]
    public void Routes_say_what_they_do()
    {
        Wire.RouteConfiguration message = Routes();
        message.VirtualHosts[0].Routes[0].Route_.WeightedClusters.Clusters[0].RequestHeadersToAdd.Clear();

        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(message);

        Assert.Empty(decoded.Faults);
        Assert.Equal(["virtual_hosts[0].routes[0].route.hash_policy"], decoded.Warnings.Select(warning => warning.Path));
        XdsVirtualHost host = Assert.Single(decoded.Value!.VirtualHosts);
        Assert.Equal(["a.demo", "*.x"], host.Domains);
        Assert.Equal(["canary", "route-1", "route-2", "route-3"], host.Routes.Select(route => route.Name));
        AssertIsCanary(host.Routes[0]);

        Assert.Equal("/old", host.Routes[1].Match[0].Path);
        Assert.Equal(new RouteRedirect { ReplaceFullPath = "/new", StatusCode = 307 }, host.Routes[1].Redirect);
        Assert.Equal("/d", host.Routes[2].Match[0].PathPrefix);
        Assert.Equal(new DirectResponse { StatusCode = 418, Body = "no" }, host.Routes[2].DirectResponse);

        MeshRoute last = host.Routes[3];
        Assert.Equal(2, last.Retry.Attempts);
        Assert.Equal(RetryConditions.Unavailable, last.Retry.On);
        Assert.Equal([new RouteTarget { Service = "c1" }], last.To);
        Assert.Equal("/v2/x", last.Rewrite!.Regex!.Pattern!.Replace("/x", last.Rewrite.Regex.Substitution));
    }

    private static void AssertIsCanary(MeshRoute canary)
    {
        RouteMatch match = Assert.Single(canary.Match);
        Assert.True(match.IgnorePathCase);
        Assert.Equal("/svc/", match.PathStart);
        Assert.Equal(0.01m, match.Percent);
        ValueMatch user = match.Headers["x-user"];
        Assert.True(user.Matches("alice"));
        Assert.False(user.Matches("bob"));
        Assert.False(user.Matches(null));
        Assert.Equal(new ValueMatch { Kind = ValueMatchKind.Range, Start = -3, End = 9 }, match.Headers["n"]);
        Assert.Equal(new ValueMatch { Kind = ValueMatchKind.Exact, Text = "1" }, match.QueryParameters["q"]);

        Assert.Equal([new RouteTarget { Service = "c1", Weight = 70 }, new RouteTarget { Service = "c2", Weight = 30 }], canary.To);
        Assert.Equal(TimeSpan.FromSeconds(3), canary.Timeout);
        Assert.Equal(3, canary.Retry.Attempts);
        Assert.Equal(RetryConditions.ServerError | RetryConditions.Cancelled, canary.Retry.On);
        Assert.Empty(canary.Retry.StatusCodes);
        Assert.True(canary.Retry.NonIdempotent);
        Assert.Equal(TimeSpan.FromMilliseconds(200), canary.Retry.PerTryTimeout);
        Assert.Equal(new BackoffSettings(), canary.Retry.Backoff);
        Assert.Equal([new RouteMirror { Service = "shadow", Percent = 10 }], canary.Mirror);
        Assert.Equal("b.demo", canary.Rewrite!.Hostname);
        Assert.Equal("/x", canary.Rewrite.Regex!.Pattern!.Replace("/SVC/x", canary.Rewrite.Regex.Substitution));
        Assert.Equal(["x-rm"], canary.RequestHeaders.Remove);
        Assert.Equal("1", canary.ResponseHeaders.Add["r"]);

        // Without a share it falls on no request.
        Assert.Equal(new RouteFault { Abort = new() { StatusCode = 503, Percent = 0 } }, canary.Fault);
    }

    private static Wire.RouteConfiguration Routes() => Golden.Read<Wire.RouteConfiguration>("route_config");
}
