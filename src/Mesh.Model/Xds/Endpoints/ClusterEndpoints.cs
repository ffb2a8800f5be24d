namespace Mesh.Model.Xds;

/// <summary>The endpoints of a service that belong to a cluster, and their places in its document.</summary>
internal static class ClusterEndpoints
{
    public static IReadOnlyList<(int Index, MeshEndpoint Endpoint)> Of(MeshService service, string? subset)
    {
        MeshSubset wanted = subset is null ? new() : MeshSubset.Named(service, subset);
        return [.. (service.Endpoints ?? []).Index().Where(entry => wanted.Contains(entry.Item))];
    }
}
