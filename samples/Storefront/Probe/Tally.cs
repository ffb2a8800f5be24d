using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Storefront.Probe;

/// <summary>What callers saw of one version of a service.</summary>
internal sealed class Tally
{
    private const string LinePrefix = "mesh-tally ";

    public required string Service { get; init; }

    /// <summary>Null: the service has only one.</summary>
    public string? Version { get; init; }

    public long Succeeded { get; set; }

    public long Failed { get; set; }

    public long Retries { get; set; }

    public long Ejections { get; set; }

    public LatencyHistogram Latencies { get; init; } = new();

    [JsonIgnore]
    public long Calls => Succeeded + Failed;

    public void AddCall(double seconds, bool succeeded)
    {
        if (succeeded)
        {
            Succeeded++;
        }
        else
        {
            Failed++;
        }

        Latencies.Add(seconds);
    }

    public void Add(Tally other)
    {
        Succeeded += other.Succeeded;
        Failed += other.Failed;
        Retries += other.Retries;
        Ejections += other.Ejections;
        Latencies.Add(other.Latencies);
    }

    /// <summary>The form in which a service tells its launcher.</summary>
    public string ToLine() => LinePrefix + JsonSerializer.Serialize(this, TallyJson.Default.Tally);

    /// <summary>False: the line is something else that the service had to say.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out Tally? tally)
    {
        tally = line.StartsWith(LinePrefix, StringComparison.Ordinal)
            ? JsonSerializer.Deserialize(line.AsSpan(LinePrefix.Length), TallyJson.Default.Tally)
            : null;
        return tally is not null;
    }
}

[JsonSerializable(typeof(Tally))]
internal sealed partial class TallyJson : JsonSerializerContext;
