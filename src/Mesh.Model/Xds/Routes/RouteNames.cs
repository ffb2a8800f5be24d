namespace Mesh.Model.Xds;

/// <summary>The names of clusters in a service's routes.</summary>
/// <param name="FullName">The service's own.</param>
internal sealed record RouteNames(string FullName)
{
    /// <param name="service">Null: the service itself.</param>
    /// <param name="subset">Null: all its endpoints.</param>
    public string Cluster(string? service, string? subset) =>
        XdsNames.Cluster(service is null ? FullName : XdsNames.Of(service, XdsNames.NamespaceOf(FullName)), subset);

    public (string? Service, string? Subset) Parse(string cluster)
    {
        (string service, string? subset) = XdsNames.Parse(cluster);
        return (service == FullName ? null : service, subset);
    }
}
