using System.Globalization;
using System.Net.Http.Headers;

namespace Mesh.Client.Calls;

/// <summary>What the mesh needs to know of gRPC over HTTP/2.</summary>
internal static class GrpcProtocol
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Pushback = "grpc-retry-pushback-ms";
    public const int DeadlineExceeded = 4;
    public const int Unimplemented = 12;
    public const int Unavailable = 14;

    /// <summary>gRPC-Web, whose status travels in the body, is plain HTTP to the mesh.</summary>
    public static bool IsCall(HttpRequestMessage request) =>
        request.Content is { } content
        && request.Method == HttpMethod.Post
        && content.Headers.ContentType?.MediaType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] == '+');

    /// <summary>The status, where these headers or trailers hold one. One that is no number counts as UNKNOWN (2), as gRPC has it.</summary>
    public static int? ReadStatus(HttpHeaders headers) => !headers.NonValidated.TryGetValues(Status, out HeaderStringValues values)
        ? null
        : int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : 2;

    /// <summary>Whether the answer is its headers: nothing follows a status.</summary>
    public static bool IsTrailersOnly(HttpResponseMessage response) => response.Headers.NonValidated.Contains(Status);
}
