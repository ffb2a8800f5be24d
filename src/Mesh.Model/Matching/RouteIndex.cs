namespace Mesh.Model.Matching;

/// <summary>Leads from a request to the few matches that can hold for it.</summary>
internal sealed class RouteIndex
{
    /// <summary>What <see cref="Find"/> answers when no route takes the request.</summary>
    public const int None = int.MaxValue;

    private readonly PathIndex[] _paths;
    private readonly RouteBuckets _grpcMethods;
    private readonly RouteBucket _others;

    public RouteIndex(IEnumerable<IndexedMatch> matches)
    {
        ILookup<IndexedPart, IndexedMatch> parts = matches.ToLookup(match => match.Part);
        _paths = [.. parts[IndexedPart.Path].Concat(parts[IndexedPart.PathPrefix])
            .GroupBy(match => match.Comparer, (comparer, paths) => new PathIndex(paths, comparer))];
        _grpcMethods = new RouteBuckets(parts[IndexedPart.GrpcMethod], StringComparer.Ordinal);
        _others = new RouteBucket(parts[IndexedPart.None]);
    }

    /// <summary>The place in the list of the first route that takes the request.</summary>
    public int Find(in RequestFacts facts)
    {
        int best = None;
        foreach (PathIndex paths in _paths)
        {
            paths.Find(facts, ref best);
        }

        if (facts.IsGrpc && !_grpcMethods.IsEmpty && new GrpcPath(facts.Path) is { Method.IsEmpty: false } call)
        {
            _grpcMethods.Find(call.Method, facts, ref best);
        }

        _others.Find(facts, ref best);
        return best;
    }
}
