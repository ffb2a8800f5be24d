using System.Collections.Immutable;
using System.Net;
using Mesh.ConfigServer.Certificates;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>Reads what a token is to grant, or says what is wrong with it.</summary>
internal static class TokenReader
{
    private const int MostLabels = 64;
    private const int LongestLabel = 256;
    private const int MostRanges = 64;

    private static readonly Scalar<TimeSpan> s_lifetimes = Durations.Between(TimeSpan.FromMinutes(1), TimeSpan.FromDays(365));

    /// <exception cref="ProblemException">It cannot be granted.</exception>
    public static (NewJoinToken Token, TimeSpan Lifetime) Read(TokenRequest request, string author)
    {
        string service = Good("service", Names.Service, request.Service).ToLowerInvariant();
        string space = Good("namespace", Names.Part, request.Namespace).ToLowerInvariant();
        Require(!service.Contains('.', StringComparison.Ordinal), $"service is {Wording.Quote(service)}: its namespace is given apart from it, as namespace.");
        Require(space != CertificateAuthority.OwnNamespace, $"namespace {CertificateAuthority.OwnNamespace} is the mesh's own: nobody joins it.");
        Require(request is not { Reusable: true, Uses: not null }, "uses and reusable exclude each other.");
        RequireCount("uses", request.Uses);
        RequireCount("maxInstances", request.MaxInstances);
        RequireCount("ratePerMinute", request.RatePerMinute);
        IReadOnlyDictionary<string, string> labels = request.Labels ?? ImmutableSortedDictionary<string, string>.Empty;
        Require(
            labels.Count <= MostLabels && labels.All(label => label.Key.Length is > 0 and <= LongestLabel && label.Value is { Length: <= LongestLabel }),
            $"labels are at most {MostLabels}, of at most {LongestLabel} characters.");
        TimeSpan ttl = Good("ttl", s_lifetimes, request.Ttl);
        ImmutableArray<IPNetwork> ranges = [.. (request.Ranges ?? []).Select(Range)];
        Require(ranges.Length <= MostRanges, $"ranges are at most {MostRanges}.");
        NewJoinToken token = new(new Grant(service, space, labels.ToImmutableSortedDictionary(StringComparer.Ordinal), ranges), author)
        {
            Uses = request.Reusable ? null : request.Uses ?? 1, MaxInstances = request.MaxInstances, MaxPerMinute = request.RatePerMinute,
        };
        return (token, ttl);
    }

    private static T Good<T>(string name, Scalar<T> shape, string text)
    {
        Parsed<T> parsed = shape.Parse(text);
        return parsed.State is ParseState.Good ? parsed.Value : throw Problems.BadRequest($"{name}: {shape.Complaint(text, parsed.Reason)}");
    }

    private static IPNetwork Range(string text) => IPNetwork.TryParse(text, out IPNetwork range) ? range
        : throw Problems.BadRequest($"ranges: {Wording.Quote(text)} is no range of IP addresses, such as 10.1.0.0/16.");

    private static void RequireCount(string name, int? count) => Require(count is null or > 0, $"{name} is {count}: it is at least 1.");

    private static void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw Problems.BadRequest(fault);
        }
    }
}
