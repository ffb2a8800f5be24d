using Mesh.Model.Documents;

namespace Mesh.Model.Matching;

/// <summary>Why a match does not hold.</summary>
internal sealed partial class RouteCondition
{
    /// <summary>
    /// Every condition that does not hold, in words, with what was found instead. Chance is not asked: which share of the requests it
    /// leaves is the match's <see cref="RouteMatch.Percent"/>.
    /// </summary>
    public IReadOnlyList<string> Obstacles(in RequestFacts facts)
    {
        List<string> obstacles = [];
        AddPathObstacles(facts, obstacles);
        if (!HasMethod(facts))
        {
            obstacles.Add($"method {facts.Method} is none of {string.Join(", ", _methods)}");
        }

        foreach ((string name, ValueMatch value) in _headers)
        {
            string? found = facts.Header(name);
            Add(obstacles, value.Matches(found), "header", name, found is null ? [] : [found], value);
        }

        foreach ((string name, ValueMatch value) in _queryParameters)
        {
            List<string> seen = [];
            Add(obstacles, QueryParameter(facts, name, new ValueTest(value) { Seen = seen }).Passes, "query parameter", name, seen, value);
        }

        foreach ((string name, ValueMatch value) in _cookies)
        {
            List<string> seen = [];
            Add(obstacles, Cookie(facts.Header("Cookie"), name, new ValueTest(value) { Seen = seen }).Passes, "cookie", name, seen, value);
        }

        foreach ((string name, ValueMatch value) in _baggage)
        {
            List<string> seen = [];
            ValueTest test = BaggageEntry(facts, facts.Header("baggage"), name, new ValueTest(value) { Seen = seen });
            Add(obstacles, test.Passes, "baggage", name, seen, value);
        }

        return obstacles;
    }

    private void AddPathObstacles(in RequestFacts facts, List<string> obstacles)
    {
        if (!HasPath(facts))
        {
            obstacles.Add($"path {facts.Path} is not {_path}");
        }

        if (!HasPathPrefix(facts))
        {
            obstacles.Add($"path {facts.Path} does not start with {_pathPrefix}");
        }

        if (!HasPathStart(facts))
        {
            obstacles.Add($"path {facts.Path} does not start with the letters {_pathStart}");
        }

        if (!MatchesPathRegex(facts))
        {
            obstacles.Add($"path {facts.Path} does not match the pattern {Patterns.Unframed(_pathRegex!)}");
        }

        if (!IsGrpcCall(facts))
        {
            string wanted = $"a gRPC call of {_grpc!.Service ?? "any service"}, {_grpc.Method ?? "any method"}";
            obstacles.Add(facts.IsGrpc ? $"path {facts.Path} is not {wanted}" : $"the request is not {wanted}");
        }
    }

    private static void Add(List<string> obstacles, bool passes, string kind, string name, List<string> found, ValueMatch wanted)
    {
        if (!passes)
        {
            string value = found.Count == 0 ? "absent" : string.Join(" and ", found.Select(text => $"'{text}'"));
            obstacles.Add($"{kind} {name} is {value}, wanted {ValueWords.Of(wanted)}");
        }
    }
}
