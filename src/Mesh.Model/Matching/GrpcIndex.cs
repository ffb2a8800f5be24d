namespace Mesh.Model.Matching;

/// <summary>Finds matches by gRPC service or gRPC method alone. With both given a match has an exact path, and is found by that.</summary>
internal sealed class GrpcIndex(IEnumerable<IndexedMatch> services, IEnumerable<IndexedMatch> methods)
{
    private readonly RouteBuckets _services = new(services, StringComparer.Ordinal);
    private readonly RouteBuckets _methods = new(methods, StringComparer.Ordinal);

    public void Find(in RequestFacts facts, ref int best)
    {
        if (!facts.IsGrpc || (_services.IsEmpty && _methods.IsEmpty))
        {
            return;
        }

        var call = new GrpcPath(facts.Path);
        if (call.IsValid)
        {
            _services.Find(call.Service, facts, ref best);
            _methods.Find(call.Method, facts, ref best);
        }
    }
}
