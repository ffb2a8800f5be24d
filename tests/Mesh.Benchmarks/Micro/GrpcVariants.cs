using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Terminals;

namespace Mesh.Benchmarks.Micro;

/// <summary>The variants of a unary gRPC call: the base first, then its copy.</summary>
internal static class GrpcVariants
{
    public static IEnumerable<Variant> All() =>
    [
        Of(Variant.Base, terminal => terminal),
        Of(Variant.Copy, terminal => terminal),
        .. RouteKind.GrpcMethod.Counts.Select(count => Of(
            Names.Routes(count, RouteKind.GrpcMethod.By),
            terminal => MeshClients.Handler(terminal, RouteKind.GrpcMethod.Rules(count)))),
        Of(Names.AllPolicies, terminal => MeshClients.Handler(terminal, MeshRules.AllGrpcPolicies())),
    ];

    private static Variant Of(string name, Func<HttpMessageHandler, HttpMessageHandler> build) =>
        new(Names.Grpc, name, () => new Workload(new GrpcCall(build(new GrpcTerminal())).SendAsync));
}
