using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>A cluster with its endpoints, as far as they are known.</summary>
internal sealed record ClusterParts
{
    /// <summary>As deep as aggregates may go (gRFC A37).</summary>
    private const int Deepest = 16;

    /// <summary>The server has told of all of it, or will not.</summary>
    public bool IsWhole { get; private init; } = true;

    /// <summary>All but routes; null: there is no cluster.</summary>
    public MeshService? Settings { get; private init; }

    public ImmutableArray<MeshEndpoint> Endpoints { get; private init; } = [];

    public ImmutableArray<OverloadDrop> Drops { get; private init; } = [];

    public string Version { get; private init; } = "";

    /// <summary>Why it has no endpoints; null: it has some.</summary>
    public string? Trouble { get; private init; }

    /// <summary>Gathers what belongs to a cluster.</summary>
    /// <param name="name">Its own.</param>
    /// <param name="part">Follows a resource.</param>
    public static ClusterParts Of(string name, Func<XdsResourceType, string, XdsResource> part) => Of(name, part, [], []);

    // Each cluster counts where it comes first (gRFC A37).
    private static ClusterParts Of(
        string name, Func<XdsResourceType, string, XdsResource> part, ImmutableArray<string> path, HashSet<string> seen)
    {
        if (path.Contains(name, StringComparer.Ordinal))
        {
            return new() { Trouble = $"Cluster '{name}' stands in for itself, by {string.Join(", ", path.Select(step => $"'{step}'"))}." };
        }

        if (path.Length == Deepest)
        {
            return new() { Trouble = $"Cluster '{path[0]}' has aggregates in aggregates, more than {Deepest} deep." };
        }

        XdsResource resource = part(XdsResourceType.Cluster, name);
        return resource.Value is not XdsCluster cluster ? Missing(resource) : cluster.Kind switch
        {
            XdsClusterKind.Eds => OfEds(resource, cluster, part(XdsResourceType.Endpoints, cluster.EndpointsName!)),
            XdsClusterKind.LogicalDns => new() { Settings = cluster.Settings, Version = resource.Version, Endpoints = [cluster.Endpoint!] },
            _ => OfAggregate(name,
            [
                .. cluster.Clusters.Where(inner => seen.Add(inner) || path.Contains(inner, StringComparer.Ordinal))
                    .Select(inner => Of(inner, part, path.Add(name), seen)),
            ]),
        };
    }

    private static ClusterParts Missing(XdsResource resource) => new()
    {
        IsWhole = resource.State != XdsResourceState.Requested || resource.Trouble is not null,
        Trouble = resource.Trouble is { } trouble ? $"{resource.Type} '{resource.Name}' of the xDS server is not used. {trouble}"
            : $"The xDS server has no {resource.Type} '{resource.Name}'.",
    };

    private static ClusterParts OfEds(XdsResource cluster, XdsCluster how, XdsResource resource)
    {
        XdsEndpoints? known = resource.Value as XdsEndpoints;
        ClusterParts parts = known is null ? Missing(resource) : Of(cluster, known, resource);
        return parts with { Settings = how.Settings, Version = cluster.Version };
    }

    private static ClusterParts Of(XdsResource cluster, XdsEndpoints known, XdsResource resource)
    {
        ImmutableArray<MeshEndpoint> called = ClusterEndpoints.Of(cluster, known.Endpoints);
        return new()
        {
            Endpoints = called,
            Drops = [.. known.DropOverloads.Select(drop => new OverloadDrop(drop.Category, drop.Percent))],
            Trouble = known.Endpoints.IsEmpty ? $"The xDS server has no endpoints in {resource.Type} '{resource.Name}'."
                : called.IsEmpty ? ClusterEndpoints.TroubleOf(cluster)
                : null,
        };
    }

    private static bool AreSame(TlsSettings? one, TlsSettings? other) =>
        one is null || other is null
            ? one == other
            : one.SubjectAltNames.SequenceEqual(other.SubjectAltNames) && one with { SubjectAltNames = [] } == other with { SubjectAltNames = [] };

    // The clusters stand in for each other: those of the second are called as those of the first fail. All are called by the rules of the
    // first; were they not to have the same TLS, calls could go out in plain text.
    private static ClusterParts OfAggregate(string name, ImmutableArray<ClusterParts> all)
    {
        ClusterParts[] given = [.. all.Where(parts => parts.Settings is not null)];
        if (given.Length == 0 || !all.All(parts => parts.IsWhole))
        {
            return new() { IsWhole = all.All(parts => parts.IsWhole), Trouble = string.Join(" ", all.Select(parts => parts.Trouble)) };
        }

        if (!given.All(parts => AreSame(parts.Settings!.Tls, given[0].Settings!.Tls)))
        {
            return new() { Trouble = $"The clusters of aggregate '{name}' differ in their TLS, which is not supported." };
        }

        var endpoints = ImmutableArray.CreateBuilder<MeshEndpoint>();
        foreach (ClusterParts parts in given)
        {
            int next = endpoints.Count == 0 ? 0 : endpoints.Max(endpoint => endpoint.Priority) + 1;
            endpoints.AddRange(parts.Endpoints.Select(endpoint => endpoint with { Priority = next + endpoint.Priority }));
        }

        return new()
        {
            Settings = given[0].Settings,
            Version = given[0].Version,
            Endpoints = endpoints.ToImmutable(),
            Drops = given[0].Drops,
            Trouble = endpoints.Count == 0 ? string.Join(" ", all.Select(parts => parts.Trouble)) : null,
        };
    }
}
