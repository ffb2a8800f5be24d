namespace Mesh.Client.Calls;

/// <summary>
/// What a status of one protocol is in the other: from HTTP as gRPC's "HTTP to gRPC status code mapping" has it, to HTTP as
/// <c>google.rpc.Code</c> does.
/// </summary>
internal static class GrpcStatusMapping
{
    private static readonly int[] s_http = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

    public static int ToGrpc(int httpStatus) => httpStatus switch
    {
        >= 200 and < 300 => 0,
        400 => 13,
        401 => 16,
        403 => 7,
        404 => GrpcProtocol.Unimplemented,
        429 or 502 or 503 or 504 => GrpcProtocol.Unavailable,
        _ => 2,
    };

    public static int ToHttp(int grpcStatus) => s_http[grpcStatus];
}
