namespace Mesh.Model.Matching;

/// <summary>Leads from a request to the few matches that can hold for it.</summary>
internal sealed class RouteIndex
{
    /// <summary>What <see cref="Find"/> answers when no route takes the request.</summary>
    public const int None = int.MaxValue;

    private readonly PathIndex[] _paths;
    private readonly GrpcIndex _grpc;
    private readonly RouteBucket _others;

    public RouteIndex(IEnumerable<IndexedMatch> matches)
    {
        ILookup<IndexedPart, IndexedMatch> parts = matches.ToLookup(match => match.Part);
        _paths = [.. parts[IndexedPart.Path].Concat(parts[IndexedPart.PathPrefix])
            .GroupBy(match => match.Comparer, (comparer, paths) => new PathIndex(paths, comparer))];
        _grpc = new GrpcIndex(parts[IndexedPart.GrpcService], parts[IndexedPart.GrpcMethod]);
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

        _grpc.Find(facts, ref best);
        _others.Find(facts, ref best);
        return best;
    }
}
