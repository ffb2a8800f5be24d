using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Xds;

namespace Mesh.Cli.Splitting;

/// <summary>A target of a route.</summary>
/// <param name="Service">As it is written; null: it is not.</param>
/// <param name="IsOwn">Whether it is of the service that the route belongs to.</param>
/// <param name="Subset">Null: all endpoints.</param>
/// <param name="Weight">Its share relative to the others.</param>
internal sealed record SplitTarget(string? Service, bool IsOwn, string? Subset, long Weight)
{
    /// <param name="json">As it stands in the route.</param>
    /// <param name="owner">The service that the route belongs to.</param>
    public static SplitTarget Of(JsonObject json, DocumentKey owner)
    {
        string? service = json["service"]?.ToString();
        return new SplitTarget(
            service,
            service is null || XdsNames.Of(service, owner.Namespace) == owner.FullName,
            json["subset"]?.ToString(),
            json["weight"] is { } weight ? long.Parse(weight.ToString(), CultureInfo.InvariantCulture) : 1);
    }

    public static SplitTarget OfSubset(string subset, long weight) => new(null, IsOwn: true, subset, weight);

    public bool Is(string subset) => IsOwn && subset.Equals(Subset, StringComparison.OrdinalIgnoreCase);

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
