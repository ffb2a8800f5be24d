using System.Collections.Immutable;
using Mesh.Model.Documents;
using Mesh.Model.Matching;

namespace Mesh.Model.Xds;

/// <summary>What gRPC's clients can check of a match. The path of a call is <c>/service/method</c>, and its method is POST.</summary>
/// <param name="caller">Null: nobody knows.</param>
/// <param name="gaps">What is left out.</param>
internal sealed class GrpcMatches(ServiceIdentity? caller, ImmutableArray<CapabilityGap>.Builder gaps)
{
    // Each takes two matches instead of one.
    private const int MostAlternatives = 3;

    private static readonly string[] s_written = ["user-agent", "te"];
    private static readonly ValueMatch s_present = new() { Kind = ValueMatchKind.Present };
    private static readonly ValueMatch s_absent = new() { Kind = ValueMatchKind.Absent };

    /// <returns>Matches that hold, taken together, where this one does; none where it never holds or cannot be checked.</returns>
    public IEnumerable<RouteMatch> Honour(RouteMatch match, string path)
    {
        if (!CanHold(match) || (Gap(match, path) is { } gap && Report(gap)) || Calls(match) is not { } honoured)
        {
            return [];
        }

        ILookup<bool, KeyValuePair<string, ValueMatch>> headers = match.Headers.ToLookup(header => IsAboutPresence(header.Value));
        if (headers[true].Any(header => !header.Value.Matches("") && !header.Value.MatchesNone()))
        {
            return [];
        }

        string[] either = [.. headers[false].Where(header => header.Value.MatchesNone()).Select(header => header.Key)];
        if (either.Length > MostAlternatives)
        {
            Report(new($"{path}:headers", $"gRPC clients can do without at most {MostAlternatives} headers here: the match is left out."));
            return [];
        }

        // They take a header that is missing for one that fails every test, so what passes without it is said apart.
        RouteMatch given = honoured with { Methods = [], Source = null, Headers = Given(headers) };
        return either.Aggregate((IEnumerable<RouteMatch>)[given], (all, name) => all.SelectMany(one =>
            new[] { one, one with { Headers = one.Headers.SetItem(name, s_absent) } }));
    }

    /// <summary>The tests of headers that are there, or must not be.</summary>
    private static ImmutableSortedDictionary<string, ValueMatch> Given(ILookup<bool, KeyValuePair<string, ValueMatch>> headers) =>
        Maps.Of<ValueMatch>()
        .AddRange(headers[false].Select(header => KeyValuePair.Create(header.Key, header.Value with { PassesForNone = false })))
        .AddRange(headers[true].Where(header => header.Value.Matches("") != header.Value.MatchesNone())
            .Select(header => KeyValuePair.Create(header.Key, header.Value.MatchesNone() ? s_absent : s_present)));

    private bool CanHold(RouteMatch match) =>
        (match.Methods.IsEmpty || match.Methods.Contains("POST", StringComparer.OrdinalIgnoreCase))
        && (match.Source is null || caller is null || match.Source.IsMatch(caller));

    /// <summary>The first condition that they cannot check.</summary>
    private CapabilityGap? Gap(RouteMatch match, string path)
    {
        string? header = match.Headers.FirstOrDefault(header => !IsHonoured(header.Key, header.Value)).Key;
        string? field =
            match.Source is not null && caller is null ? "source"
            : !match.QueryParameters.IsEmpty ? "queryParameters"
            : !match.Cookies.IsEmpty ? "cookies"
            : !match.Baggage.IsEmpty ? "baggage"
            : match.PathRegex is { } regex && (match.IgnorePathCase || !CommonPattern.IsOne(Patterns.Unframed(regex))) ? "pathRegex"
            : header is not null ? $"headers:{header}"
            : null;
        return field is null ? null : new($"{path}:{field}", field == "source"
            ? "Nobody knows who asks: the match is left out."
            : "gRPC clients cannot check this: the match is left out.");
    }

    /// <summary>The match with its path in words for calls; null where no call has such a path.</summary>
    private static RouteMatch? Calls(RouteMatch match)
    {
        if (match.Grpc is { Method: { } method, Service: null })
        {
            return match with { Grpc = null, IgnorePathCase = false, PathRegex = Patterns.Whole.Parse($"/[^/]+/{method}").Value };
        }

        if (match.PathPrefix is null or "" or "/")
        {
            return match with { PathPrefix = null, IgnorePathCase = match.IgnorePathCase && match.Grpc is null };
        }

        string prefix = PathPrefix.Trim(match.PathPrefix);
        return PathPrefix.Depth(prefix) switch
        {
            1 => match with { PathPrefix = null, Grpc = new() { Service = prefix[1..] } },
            2 => match with { PathPrefix = null, Path = prefix },
            _ => null,
        };
    }

    private static bool IsHonoured(string name, ValueMatch value) =>
        IsSeen(name)
        && (value.Kind is not ValueMatchKind.Regex || (!value.IgnoreCase && CommonPattern.IsOne(Patterns.Unframed(value.Regex!))));

    /// <summary>Headers of the library itself are written after the route is chosen.</summary>
    private static bool IsSeen(string name) =>
        !name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
        && !s_written.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every text has the empty one in it; said like that it makes some of them refuse all routes.</summary>
    private static bool IsAboutPresence(ValueMatch value) =>
        value.Kind is ValueMatchKind.Present or ValueMatchKind.Absent
        || value is { Kind: ValueMatchKind.Prefix or ValueMatchKind.Suffix or ValueMatchKind.Contains, Text: "" };

    private bool Report(CapabilityGap gap)
    {
        gaps.Add(gap);
        return true;
    }
}
