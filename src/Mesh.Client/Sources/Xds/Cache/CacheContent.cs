namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>What is kept for a start without a server.</summary>
/// <param name="Target">Whose it is.</param>
/// <param name="State">How far the mesh was; null: no server has said.</param>
/// <param name="Resources">The good ones that a server has told of.</param>
internal sealed record CacheContent(XdsTarget Target, ServerState? State, IReadOnlyList<CachedResource> Resources)
{
    /// <summary>Those that this process has let go since: another one may know them better.</summary>
    public IReadOnlyList<CachedResource> Former { get; init; } = [];

    /// <summary>Those of which a server has said that there are none.</summary>
    public IReadOnlyList<(string Type, string Name)> Gone { get; init; } = [];

    /// <summary>
    /// With what the file has besides: what this process follows no more, and what another process of the service follows, which has the same
    /// file.
    /// </summary>
    /// <param name="file">Null: there is none yet.</param>
    public CacheContent Over(CacheContent? file)
    {
        HashSet<(string, string)> told = [.. Resources.Select(KeyOf), .. Gone];
        IEnumerable<CachedResource> others = file is not null && file.State?.Mesh == State?.Mesh ? [.. file.Resources, .. Former] : Former;
        return this with
        {
            Resources = [.. Resources, .. others.Where(resource => told.Add(KeyOf(resource))).Take(Math.Max(0, ResourceStore.MaxKept - Resources.Count))],
        };
    }

    private static (string, string) KeyOf(CachedResource resource) => (resource.Type, resource.Name);
}
