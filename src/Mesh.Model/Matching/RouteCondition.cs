using System.Text.RegularExpressions;

namespace Mesh.Model.Matching;

/// <summary>What is left to ask of a request that the index has led to a route. The one place where conditions are evaluated.</summary>
internal sealed class RouteCondition
{
    private readonly string? _path;
    private readonly string? _pathPrefix;
    private readonly Regex? _pathRegex;
    private readonly StringComparison _pathComparison;
    private readonly GrpcMatch? _grpc;
    private readonly (string Name, ValueMatch Value)[] _headers;
    private readonly bool _isEmpty;

    /// <exception cref="InvalidOperationException">The match carries a condition that is not evaluated here.</exception>
    public RouteCondition(RouteMatch match)
    {
        ThrowIfNotEvaluated(match);
        _path = match.Path;
        _pathPrefix = match.PathPrefix is null ? null : PathPrefix.Trim(match.PathPrefix);
        _pathRegex = match.PathRegex is { } regex && match.IgnorePathCase
            ? new Regex(regex.ToString(), regex.Options | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, regex.MatchTimeout)
            : match.PathRegex;
        _pathComparison = match.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _grpc = match.Grpc;
        _headers = [.. match.Headers.Select(header => (header.Key, header.Value))];
        _isEmpty = this is { _path: null, _pathPrefix: null, _pathRegex: null, _grpc: null, _headers: [] };
    }

    // The index alone tells most routes apart, so the commonest answer comes first.
    public bool Holds(in RequestFacts facts) => _isEmpty || HoldsInFull(facts);

    private bool HoldsInFull(in RequestFacts facts) =>
        (_path is null || facts.Path.Equals(_path, _pathComparison))
        && (_pathPrefix is null || PathPrefix.IsMatch(facts.Path, _pathPrefix, _pathComparison))
        && (_grpc is null || IsGrpcMatch(facts, _grpc))
        && HaveHeaders(facts)
        && (_pathRegex is null || _pathRegex.IsMatch(facts.Path));

    private static bool IsGrpcMatch(in RequestFacts facts, GrpcMatch grpc) =>
        facts.IsGrpc && (grpc is { Service: null, Method: null } || new GrpcPath(facts.Path).IsMatch(grpc));

    private bool HaveHeaders(in RequestFacts facts)
    {
        foreach ((string name, ValueMatch value) in _headers)
        {
            if (!value.Matches(facts.Header(name)))
            {
                return false;
            }
        }

        return true;
    }

    // Passing over a condition would send requests where they do not belong.
    private static void ThrowIfNotEvaluated(RouteMatch match)
    {
        string? condition = match switch
        {
            { QueryParameters.IsEmpty: false } => nameof(match.QueryParameters),
            { Cookies.IsEmpty: false } => nameof(match.Cookies),
            { Baggage.IsEmpty: false } => nameof(match.Baggage),
            { Source: not null } => nameof(match.Source),
            { Percent: not 100 } => nameof(match.Percent),
            _ => null,
        };

        if (condition is not null)
        {
            throw new InvalidOperationException($"A route's match carries '{condition}', which the route table does not evaluate.");
        }
    }
}
