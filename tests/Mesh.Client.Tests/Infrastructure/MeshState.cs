using Mesh.Client.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>What tests ask of a running mesh.</summary>
internal static class MeshState
{
    public static ServiceDescription Service(this TestMesh mesh, string name = "catalog") =>
        mesh.Mesh.Describe().Services.Single(service => service.Name == name);

    public static EndpointDescription Endpoint(this TestMesh mesh, string address) =>
        mesh.Mesh.Describe().Services.SelectMany(service => service.Endpoints).First(endpoint => endpoint.Address == address);

    /// <summary>Everything that counts as in flight, over all services and endpoints.</summary>
    public static int InFlight(this TestMesh mesh) => mesh.Mesh.Describe().Services
        .Sum(service => service.ActiveCalls + service.Endpoints.Sum(endpoint => endpoint.ActiveRequests));

    /// <summary>Waits until nothing is in flight any more.</summary>
    public static Task IsIdle(this TestMesh mesh) => Eventually.Holds(() => mesh.InFlight() == 0);

    /// <summary>Calls that wait for a place.</summary>
    public static int Queued(this TestMesh mesh) => mesh.Meshed().Limiter.Pending;

    /// <summary><c>MaxRequests</c> as it is in force.</summary>
    public static int Limit(this TestMesh mesh) => mesh.Meshed().Rules.Settings.CircuitBreaker.MaxRequests;

    private static MeshedService Meshed(this TestMesh mesh) =>
        mesh.Services.GetRequiredService<MeshRuntime>().Services.Single(service => service.Name == "catalog");
}
