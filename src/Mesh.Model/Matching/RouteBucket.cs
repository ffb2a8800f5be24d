namespace Mesh.Model.Matching;

/// <summary>Matches that share a place in the index, in the order of their routes and split by HTTP method.</summary>
internal sealed class RouteBucket
{
    private readonly Candidate[] _anyMethod;
    private readonly Dictionary<string, Candidate[]> _byMethod;

    public RouteBucket(IEnumerable<IndexedMatch> matches)
    {
        ILookup<bool, (IndexedMatch Match, Candidate Candidate)> candidates = matches
            .Select(match => (Match: match, new Candidate(match.Ordinal, new RouteCondition(match.Rest with { Methods = [] }))))
            .ToLookup(entry => entry.Match.Rest.Methods.IsEmpty);
        _anyMethod = [.. candidates[true].Select(entry => entry.Candidate)];
        _byMethod = candidates[false]
            .SelectMany(
                entry => entry.Match.Rest.Methods.Distinct(StringComparer.OrdinalIgnoreCase),
                (entry, method) => (Method: method, entry.Candidate))
            .GroupBy(entry => entry.Method, entry => entry.Candidate, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Lowers <paramref name="best"/> to the first route here that takes the request, if it comes before.</summary>
    public void Find(in RequestFacts facts, ref int best)
    {
        Find(_anyMethod, facts, ref best);
        if (_byMethod.TryGetValue(facts.Method, out Candidate[]? candidates))
        {
            Find(candidates, facts, ref best);
        }
    }

    private static void Find(Candidate[] candidates, in RequestFacts facts, ref int best)
    {
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Ordinal >= best)
            {
                return;
            }

            if (candidate.Condition.Holds(facts))
            {
                best = candidate.Ordinal;
                return;
            }
        }
    }

    private readonly record struct Candidate(int Ordinal, RouteCondition Condition);
}
