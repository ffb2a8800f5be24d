namespace Mesh.Model.Authorization;

/// <summary>gRPC methods as words for paths.</summary>
internal static class GrpcPaths
{
    public static string WordOf(GrpcMatch match) => match switch
    {
        { Service: { } service, Method: { } method } => $"/{service}/{method}",
        { Service: { } service } => $"/{service}/*",
        _ => $"*/{match.Method}",
    };
}
