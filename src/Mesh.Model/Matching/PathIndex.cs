namespace Mesh.Model.Matching;

/// <summary>Finds matches by exact path and by path prefix, under one comparer.</summary>
internal sealed class PathIndex
{
    private readonly RouteBuckets _paths;
    private readonly RouteBuckets _prefixes;
    private readonly int _deepest;

    public PathIndex(IEnumerable<IndexedMatch> matches, StringComparer comparer)
    {
        ILookup<IndexedPart, IndexedMatch> parts = matches.ToLookup(match => match.Part);
        _paths = new RouteBuckets(parts[IndexedPart.Path], comparer);
        _prefixes = new RouteBuckets(parts[IndexedPart.PathPrefix], comparer);
        _deepest = parts[IndexedPart.PathPrefix].Select(match => PathPrefix.Depth(match.Key)).DefaultIfEmpty().Max();
    }

    public void Find(in RequestFacts facts, ref int best)
    {
        _paths.Find(facts.Path, facts, ref best);

        int length = 0;
        for (int depth = 0; depth < _deepest && length < facts.Path.Length; depth++)
        {
            length = PathPrefix.Next(facts.Path, length);
            _prefixes.Find(facts.Path[..length], facts, ref best);
        }
    }
}
