namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>What is kept for a start without a server.</summary>
/// <param name="Target">Whose it is.</param>
/// <param name="State">How far the mesh was; null: no server has said.</param>
/// <param name="Resources">The good ones that a server has told of.</param>
internal sealed record CacheContent(XdsTarget Target, ServerState? State, IReadOnlyList<CachedResource> Resources)
{
    /// <summary>Those of which a server has said that there are none.</summary>
    public IReadOnlyList<(string Type, string Name)> Gone { get; init; } = [];

    /// <summary>
    /// With what the file has besides: what is followed no more, and what another process of the service follows, which has the same file.
    /// </summary>
    public CacheContent Over(CacheContent former)
    {
        HashSet<(string, string)> told = [.. Resources.Select(resource => (resource.Type, resource.Name)), .. Gone];
        return former.State?.Mesh != State?.Mesh ? this : this with
        {
            Resources =
            [
                .. Resources,
                .. former.Resources.Where(resource => !told.Contains((resource.Type, resource.Name))).Take(Math.Max(0, ResourceStore.MaxKept - Resources.Count)),
            ],
        };
    }
}
