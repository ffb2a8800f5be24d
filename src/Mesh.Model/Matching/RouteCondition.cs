using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Mesh.Model.Matching;

/// <summary>
/// The conditions of a match, or what is left to ask of a request that the index has led to it. The one place where they are evaluated.
/// </summary>
internal sealed partial class RouteCondition
{
    private const int Whole = 100_00;

    private readonly string? _path;
    private readonly string? _pathPrefix;
    private readonly string? _pathStart;
    private readonly Regex? _pathRegex;
    private readonly StringComparison _pathComparison;
    private readonly GrpcMatch? _grpc;
    private readonly ImmutableArray<string> _methods;
    private readonly (string Name, ValueMatch Value)[] _headers;
    private readonly (string Name, ValueMatch Value)[] _queryParameters;
    private readonly (string Name, ValueMatch Value)[] _cookies;
    private readonly (string Name, ValueMatch Value)[] _baggage;
    private readonly bool _asksForPairs;
    private readonly int _hundredthsOfPercent;
    private readonly bool _isEmpty;

    /// <param name="match">Its <see cref="RouteMatch.Source"/> is decided already.</param>
    public RouteCondition(RouteMatch match)
    {
        _path = match.Path;
        _pathPrefix = match.PathPrefix is null or "" or "/" ? null : PathPrefix.Trim(match.PathPrefix);
        _pathStart = match.PathStart;
        _pathRegex = match.PathRegex is { } regex && match.IgnorePathCase
            ? new Regex(regex.ToString(), regex.Options | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, regex.MatchTimeout)
            : match.PathRegex;
        _pathComparison = match.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _grpc = match.Grpc;
        _methods = match.Methods;
        _headers = Named(match.Headers);
        _queryParameters = Named(match.QueryParameters);
        _cookies = Named(match.Cookies);
        _baggage = Named(match.Baggage);
        _asksForPairs = this is not { _queryParameters: [], _cookies: [], _baggage: [] };
        _hundredthsOfPercent = (int)(match.Percent * 100);
        _isEmpty = this is
        {
            _path: null, _pathPrefix: null, _pathStart: null, _pathRegex: null, _grpc: null, _methods.IsEmpty: true, _headers: [],
            _asksForPairs: false, _hundredthsOfPercent: Whole,
        };
    }

    // The index alone tells most routes apart, so the commonest answer comes first.
    public bool Holds(in RequestFacts facts) => _isEmpty || HoldsInFull(facts);

    private bool HoldsInFull(in RequestFacts facts) =>
        HasPath(facts)
        && HasPathPrefix(facts)
        && HasPathStart(facts)
        && IsGrpcCall(facts)
        && HasMethod(facts)
        && HaveHeaders(facts)
        && (!_asksForPairs || (HaveQueryParameters(facts) && HaveCookies(facts) && HaveBaggage(facts)))
        && MatchesPathRegex(facts)
        && IsDrawn(facts);

    private bool HasPath(in RequestFacts facts) => _path is null || facts.Path.Equals(_path, _pathComparison);

    private bool HasPathPrefix(in RequestFacts facts) =>
        _pathPrefix is null || PathPrefix.IsMatch(facts.Path, _pathPrefix, _pathComparison);

    private bool HasPathStart(in RequestFacts facts) => _pathStart is null || facts.Path.StartsWith(_pathStart, _pathComparison);

    private bool MatchesPathRegex(in RequestFacts facts) => _pathRegex is null || _pathRegex.IsMatch(facts.Path);

    private bool IsGrpcCall(in RequestFacts facts) =>
        _grpc is null
        || (facts.IsGrpc && (_grpc is { Service: null, Method: null } || new GrpcPath(facts.Path).IsMatch(_grpc)));

    private bool HasMethod(in RequestFacts facts) => _methods.IsEmpty || _methods.Contains(facts.Method, StringComparer.OrdinalIgnoreCase);

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

    private bool HaveQueryParameters(in RequestFacts facts)
    {
        foreach ((string name, ValueMatch value) in _queryParameters)
        {
            if (!QueryParameter(facts, name, new ValueTest(value)).Passes)
            {
                return false;
            }
        }

        return true;
    }

    private bool HaveCookies(in RequestFacts facts)
    {
        string? header = _cookies.Length == 0 ? null : facts.Header("Cookie");
        foreach ((string name, ValueMatch value) in _cookies)
        {
            if (!Cookie(header, name, new ValueTest(value)).Passes)
            {
                return false;
            }
        }

        return true;
    }

    private bool HaveBaggage(in RequestFacts facts)
    {
        string? header = _baggage.Length == 0 ? null : facts.Header("baggage");
        foreach ((string name, ValueMatch value) in _baggage)
        {
            if (!BaggageEntry(facts, header, name, new ValueTest(value)).Passes)
            {
                return false;
            }
        }

        return true;
    }

    private static ValueTest QueryParameter(in RequestFacts facts, string name, ValueTest test)
    {
        QueryParameters.Find(facts.Query, name, ref test);
        return test;
    }

    private static ValueTest Cookie(string? header, string name, ValueTest test)
    {
        Cookies.Find(header, name, ref test);
        return test;
    }

    private static ValueTest BaggageEntry(in RequestFacts facts, string? header, string name, ValueTest test)
    {
        Baggage.Find(header, name, ref test);
        if (facts.AmbientBaggage(name) is { } ambient)
        {
            test.Add(ambient);
        }

        return test;
    }

    // Asked last: it is a share of what matches otherwise.
    private bool IsDrawn(in RequestFacts facts) => _hundredthsOfPercent == Whole || facts.Random.Next(Whole) < _hundredthsOfPercent;

    private static (string Name, ValueMatch Value)[] Named(ImmutableSortedDictionary<string, ValueMatch> values) =>
        [.. values.Select(value => (value.Key, value.Value))];
}
