namespace Mesh.Model.Xds;

/// <summary>The endpoints of a service that belong to a cluster, and their places in its document.</summary>
internal static class ClusterEndpoints
{
    /// <summary>A subset that the service does not list is the endpoints of that version.</summary>
    public static IReadOnlyList<(int Index, MeshEndpoint Endpoint)> Of(MeshService service, string? subset)
    {
        MeshSubset wanted = subset is null ? new() : service.Subsets.GetValueOrDefault(subset, new MeshSubset { Version = subset });
        return [.. (service.Endpoints ?? []).Index().Where(entry => wanted.Contains(entry.Item))];
    }
}
