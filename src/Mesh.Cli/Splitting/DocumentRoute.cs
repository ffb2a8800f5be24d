using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Model.Documents;

namespace Mesh.Cli.Splitting;

/// <summary>A route in a document.</summary>
internal sealed record DocumentRoute(string Name, JsonObject Json)
{
    public bool AnswersItself => Json["redirect"] is not null || Json["directResponse"] is not null;

    /// <summary>By those who match requests. What they do not know may ask for something.</summary>
    public bool TakesEveryRequest
    {
        get
        {
            JsonObject matching = new() { ["name"] = Name, ["match"] = Json["match"]?.DeepClone() };
            JsonObject alone = new() { ["routes"] = new JsonArray(matching) };
            Reading reading = new();
            ServiceDocument read = DocumentSchema.Service.Read(JsonNodes.Read(alone.ToJsonString(), ""), new ServiceDocument(), reading);
            return !reading.HasFaultUnder("routes") && read.Service.Routes[0].TakesEveryRequest;
        }
    }

    private int Order => Json["order"] is { } order ? int.Parse(order.ToString(), CultureInfo.InvariantCulture) : 0;

    /// <summary>In the order in which they are tried.</summary>
    public static DocumentRoute[] All(JsonNode? routes) => routes switch
    {
        JsonArray list =>
        [
            .. list.OfType<JsonObject>().Select((route, i) => new DocumentRoute(route["name"]?.ToString() ?? $"route-{i}", route))
                .OrderBy(route => route.Order),
        ],
        JsonObject map =>
        [
            .. map.Where(entry => entry.Value is JsonObject).Select(entry => new DocumentRoute(entry.Key, entry.Value!.AsObject()))
                .OrderBy(route => route.Order).ThenBy(route => route.Name, StringComparer.OrdinalIgnoreCase),
        ],
        _ => [],
    };
}
