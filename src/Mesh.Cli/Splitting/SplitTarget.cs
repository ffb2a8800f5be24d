using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Splitting;

/// <summary>A target of a route.</summary>
/// <param name="Service">Null: the service that the route belongs to.</param>
/// <param name="Subset">Null: all endpoints.</param>
/// <param name="Weight">Its share relative to the others.</param>
internal sealed record SplitTarget(string? Service, string? Subset, long Weight)
{
    public static SplitTarget Of(JsonObject json) => new(
        json["service"]?.ToString(),
        json["subset"]?.ToString(),
        json["weight"] is { } weight ? long.Parse(weight.ToString(), CultureInfo.InvariantCulture) : 1);

    public bool Is(string subset) => Service is null && subset.Equals(Subset, StringComparison.OrdinalIgnoreCase);

    public bool IsSame(SplitTarget other) =>
        string.Equals(Service, other.Service, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Subset, other.Subset, StringComparison.OrdinalIgnoreCase);

    public JsonObject ToJson()
    {
        JsonObject json = [];
        if (Service is not null)
        {
            json["service"] = Service;
        }

        if (Subset is not null)
        {
            json["subset"] = Subset;
        }

        json["weight"] = Weight;
        return json;
    }

    public override string ToString() => Subset ?? Service ?? "all endpoints";
}
