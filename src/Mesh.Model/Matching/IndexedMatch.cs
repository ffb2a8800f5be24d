namespace Mesh.Model.Matching;

/// <summary>A match and where the index files it.</summary>
/// <param name="Ordinal">The place of its route in the list; the lowest wins.</param>
/// <param name="Part">The part of the request that leads to it.</param>
/// <param name="Key">What that part must be.</param>
/// <param name="Comparer">How the part is compared with the key.</param>
/// <param name="Rest">The match without what the key proves.</param>
internal sealed record IndexedMatch(int Ordinal, IndexedPart Part, string Key, StringComparer Comparer, RouteMatch Rest)
{
    /// <summary>Picks the part that tells the most.</summary>
    public static IndexedMatch Of(int ordinal, RouteMatch match)
    {
        StringComparer pathComparer = match.IgnorePathCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        return match switch
        {
            { PathPrefix: "/" or "" } =>
                Of(ordinal, match with { PathPrefix = null }),
            { Grpc: { Service: { } service, Method: { } method } } =>
                new(ordinal, IndexedPart.Path, $"/{service}/{method}", StringComparer.Ordinal, match with { Grpc = new GrpcMatch() }),
            { Path: { } path } =>
                new(ordinal, IndexedPart.Path, path, pathComparer, match with { Path = null }),
            { PathPrefix: { } prefix } =>
                new(ordinal, IndexedPart.PathPrefix, PathPrefix.Trim(prefix), pathComparer, match with { PathPrefix = null }),
            { Grpc.Service: { } service } =>
                new(ordinal, IndexedPart.GrpcService, service, StringComparer.Ordinal, match with { Grpc = null }),
            { Grpc.Method: { } method } =>
                new(ordinal, IndexedPart.GrpcMethod, method, StringComparer.Ordinal, match with { Grpc = null }),
            _ =>
                new(ordinal, IndexedPart.None, "", StringComparer.Ordinal, match),
        };
    }
}

/// <summary>The parts of a request by which the index finds matches.</summary>
internal enum IndexedPart
{
    None,
    Path,
    PathPrefix,
    GrpcService,
    GrpcMethod,
}
