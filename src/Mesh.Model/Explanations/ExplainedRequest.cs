using System.Collections.Immutable;
using Mesh.Model.Matching;

namespace Mesh.Model.Explanations;

/// <summary>A request that is only thought of.</summary>
internal sealed class ExplainedRequest
{
    private static readonly Func<object, string, string?> s_readHeader = static (carrier, name) =>
        ((ExplainedRequest)carrier).Headers.GetValueOrDefault(name);

    private static readonly Func<object, string, string?> s_readBaggage = static (_, _) => null;

    private ExplainedRequest()
    {
    }

    public required string Method { get; init; }

    /// <summary>Absolute, <c>http</c> or <c>https</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Several values of one joined by <c>", "</c>, cookies by <c>"; "</c>.</summary>
    public required ImmutableSortedDictionary<string, string> Headers { get; init; }

    public bool IsGrpc =>
        Headers.GetValueOrDefault("content-type")?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;

    public RequestFacts Facts => new()
    {
        Path = Url.AbsolutePath,
        Query = Url.Query is ['?', .. var query] ? query : "",
        Method = Method,
        IsGrpc = IsGrpc,
        Carrier = this,
        HeaderReader = s_readHeader,
        BaggageReader = s_readBaggage,
        Random = Random.Shared,
    };

    /// <param name="method">As HTTP has it.</param>
    /// <param name="url">Absolute, <c>http</c> or <c>https</c>.</param>
    /// <param name="headers">A name may come several times.</param>
    public static ExplainedRequest Of(string method, Uri url, IEnumerable<KeyValuePair<string, string>> headers) => new()
    {
        Method = method,
        Url = url,
        Headers = Maps.Empty.AddRange(headers
            .GroupBy(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)
            .Select(header => KeyValuePair.Create(header.Key, string.Join(SeparatorOf(header.Key), header)))),
    };

    private static string SeparatorOf(string header) => "cookie".Equals(header, StringComparison.OrdinalIgnoreCase) ? "; " : ", ";
}
