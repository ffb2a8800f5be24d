using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Cli.Splitting;

/// <summary>The subsets of a service, as its document has them.</summary>
internal sealed class Subsets(JsonObject document)
{
    /// <summary>Those that are written down, and the versions of endpoints.</summary>
    public ImmutableArray<string> Known { get; } =
    [
        .. (document["subsets"] as JsonObject ?? []).Select(subset => subset.Key)
            .Concat(JsonEntries.Of(document["endpoints"]).OfType<JsonObject>()
                .Select(endpoint => endpoint["version"]?.ToString()).OfType<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Addresses of endpoints that are in none of them. By those who pick endpoints.</summary>
    public ImmutableArray<string> Nameless
    {
        get
        {
            MeshService service = DocumentSchema.Service.Read(
                JsonNodes.Read(document.ToJsonString(), ""), new ServiceDocument(), new Reading()).Service;
            MeshSubset[] all = [.. Known.Select(subset => MeshSubset.Named(service, subset))];
            return
            [
                .. (service.Endpoints ?? []).Where(endpoint => !all.Any(subset => subset.Contains(endpoint)))
                    .Select(endpoint => endpoint.Address),
            ];
        }
    }

    /// <exception cref="ToolException">There is no such subset.</exception>
    public void Require(string subset)
    {
        // Where no endpoints are written down, a subset may be one of those that only clients know.
        bool isOpen = Known.IsEmpty && !JsonEntries.Of(document["endpoints"]).Any();
        if (!isOpen && !Known.Contains(subset, StringComparer.OrdinalIgnoreCase))
        {
            string remedy = NearestName.Find(subset, Known) is { } nearest ? $"Did you mean {nearest}?"
                : Known.IsEmpty ? "It has no subsets at all."
                : $"It has {string.Join(", ", Known)}.";
            throw new ToolException(
                ExitCode.NotFound, $"{document["name"]} has no subset {subset}, nor an endpoint of that version. {remedy}");
        }
    }
}
