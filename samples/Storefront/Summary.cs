using System.Text.Json;
using System.Text.Json.Serialization;

namespace Storefront;

/// <summary>The run in one line of JSON, for scripts.</summary>
/// <param name="Requests">Calls of the generator, without those before the customers come.</param>
/// <param name="Failed">Those of them that failed.</param>
/// <param name="Retries">Of all services.</param>
/// <param name="Split">Those that succeeded, by the version of <c>catalog</c> that answered.</param>
internal sealed record Summary(long Requests, long Failed, long Retries, Split Split)
{
    public string ToJson() => JsonSerializer.Serialize(this, SummaryJson.Default.Summary);
}

/// <summary>Calls by version.</summary>
internal sealed record Split(long V1, long V2);

[JsonSerializable(typeof(Summary))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SummaryJson : JsonSerializerContext;
