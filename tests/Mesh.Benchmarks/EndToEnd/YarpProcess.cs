using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>YARP in front of the replicas.</summary>
internal static class YarpProcess
{
    public static Task RunAsync(Protocol protocol, string[] replicas) => KestrelProcess.RunAsync(
        protocol,
        ports: 1,
        builder => builder.Services.AddRoutingCore().AddReverseProxy().LoadFromMemory([s_route], [Cluster(protocol, replicas)]),
        app => app.MapReverseProxy());

    private static readonly RouteConfig s_route = new()
    {
        RouteId = Answers.Service,
        ClusterId = Answers.Service,
        Match = new RouteMatch { Path = "{**all}" },
    };

    private static ClusterConfig Cluster(Protocol protocol, string[] replicas) => new()
    {
        ClusterId = Answers.Service,
        LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
        HttpRequest = new ForwarderRequestConfig { Version = protocol.Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        Destinations = replicas.ToDictionary(replica => replica, replica => new DestinationConfig { Address = $"http://{replica}" }),
    };
}
