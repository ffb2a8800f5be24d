using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Xds;

namespace Mesh.Cli.Splitting;

/// <summary>The subsets of a service: those of its document, and the versions of its endpoints.</summary>
/// <param name="document">The service's.</param>
/// <param name="registered">Endpoints that are not in it, for their processes have registered.</param>
internal sealed class Subsets(JsonObject document, IReadOnlyList<EndpointEntry> registered)
{
    public ImmutableArray<string> Known { get; } =
    [
        .. (document["subsets"] as JsonObject ?? []).Select(subset => subset.Key)
            .Concat(JsonEntries.Of(document["endpoints"]).OfType<JsonObject>()
                .Select(endpoint => endpoint["version"]?.ToString()).OfType<string>())
            .Concat(registered.Select(endpoint => endpoint.Version).OfType<string>().Order(StringComparer.Ordinal))
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Addresses of endpoints that are in none of them. By those who pick endpoints.</summary>
    public ImmutableArray<string> Nameless
    {
        get
        {
            MeshService service = StoredService.Of(document).Service;
            MeshSubset[] all = [.. Known.Select(subset => MeshSubset.Named(service, subset))];
            return
            [
                .. (service.Endpoints ?? []).Select(endpoint => (endpoint.Address, Endpoint: endpoint))
                    .Concat(registered.Select(endpoint => (endpoint.Address, Endpoint: endpoint.ToModel())))
                    .Where(each => !all.Any(subset => subset.Contains(each.Endpoint))).Select(each => each.Address),
            ];
        }
    }

    /// <exception cref="ToolException">There is no such subset.</exception>
    public void Require(string subset)
    {
        // Where no endpoints are written down, a subset may be one of those that only clients know. One that is gone can lose its share.
        bool isOpen = Known.IsEmpty && registered.Count == 0 && !JsonEntries.Of(document["endpoints"]).Any();
        if (!isOpen && !Known.Contains(subset, StringComparer.OrdinalIgnoreCase) && !IsRouted(subset))
        {
            string remedy = NearestName.Find(subset, Known) is { } nearest ? $"Did you mean {nearest}?"
                : Known.IsEmpty ? "It has no subsets at all."
                : $"It has {string.Join(", ", Known)}.";
            throw new ToolException(
                ExitCode.NotFound, $"{document["name"]} has no subset {subset}, nor an endpoint of that version. {remedy}");
        }
    }

    private bool IsRouted(string subset)
    {
        StoredService stored = StoredService.Of(document);
        return stored.Service.Routes.SelectMany(route => route.To).Any(target => subset.Equals(target.Subset, StringComparison.OrdinalIgnoreCase)
            && (target.Service is null || XdsNames.Of(target.Service, stored.Key.Namespace) == stored.Key.FullName));
    }
}
