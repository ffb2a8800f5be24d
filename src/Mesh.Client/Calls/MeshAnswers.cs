using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>The answers that the mesh gives itself. Each says so in <c>Proxy-Status</c> (RFC 9209).</summary>
internal static class MeshAnswers
{
    /// <summary>The service has routes, and none of them takes the request: 404, or UNIMPLEMENTED.</summary>
    public static HttpResponseMessage NoRoute(MeshedService service, HttpRequestMessage request, bool isGrpc)
    {
        string details = $"No route of '{service.Name}' takes {request.Method} {request.RequestUri?.AbsolutePath}.";
        return isGrpc
            ? OfGrpc(request, GrpcProtocol.Unimplemented, "destination_not_found", details)
            : OfHttp(request, HttpStatusCode.NotFound, "destination_not_found", details);
    }

    /// <summary>The control plane lets a share of calls fail: 503, or UNAVAILABLE.</summary>
    public static HttpResponseMessage Dropped(MeshedService service, HttpRequestMessage request, bool isGrpc, string category)
    {
        string details = $"'{service.Name}' is overloaded: the xDS server has a share of its calls dropped, for '{category}'.";
        return isGrpc
            ? OfGrpc(request, GrpcProtocol.Unavailable, "destination_unavailable", details)
            : OfHttp(request, HttpStatusCode.ServiceUnavailable, "destination_unavailable", details);
    }

    /// <summary>What a route says instead of sending the request on, by its DirectResponse, its Redirect or its Fault.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isGrpc">A gRPC call gets a gRPC status, any other an HTTP status, whichever the settings give.</param>
    /// <param name="status">As HTTP has it; null: by the gRPC status.</param>
    /// <param name="grpcStatus">As gRPC has it; null: by the HTTP status.</param>
    /// <param name="details">For <c>Proxy-Status</c>.</param>
    public static HttpResponseMessage OfRoute(HttpRequestMessage request, bool isGrpc, int? status, int? grpcStatus, string details)
    {
        const string Error = "proxy_internal_response";
        return isGrpc
            ? OfGrpc(request, grpcStatus ?? GrpcStatusMapping.ToGrpc(status!.Value), Error, details)
            : OfHttp(request, (HttpStatusCode)(status ?? GrpcStatusMapping.ToHttp(grpcStatus!.Value)), Error, details);
    }

    /// <summary>A trailers-only answer, as gRPC's HTTP/2 mapping has it.</summary>
    public static HttpResponseMessage OfGrpc(HttpRequestMessage request, int status, string error, string details)
    {
        HttpResponseMessage response = new(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent([]),
        };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", GrpcProtocol.ContentType);
        AddGrpcStatus(response.Headers, status, error, details);
        return response;
    }

    /// <summary>Adds what a gRPC answer of the mesh's own says, to its headers or to the trailers of one that had begun.</summary>
    public static void AddGrpcStatus(HttpHeaders headers, int status, string error, string details)
    {
        headers.TryAddWithoutValidation(GrpcProtocol.Status, status.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation(GrpcProtocol.Message, PercentEncode(details));
        AddProxyStatus(headers, error, details);
    }

    private static HttpResponseMessage OfHttp(HttpRequestMessage request, HttpStatusCode status, string error, string details)
    {
        HttpResponseMessage response = new(status) { RequestMessage = request, Version = request.Version };
        AddProxyStatus(response.Headers, error, details);
        return response;
    }

    private static void AddProxyStatus(HttpHeaders headers, string error, string details) =>
        headers.TryAddWithoutValidation("Proxy-Status", $"mesh; error={error}; details={Quote(details)}");

    // A structured field's string holds printable ASCII alone (RFC 8941, 3.3.3).
    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char character in text)
        {
            if (character is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(char.IsBetween(character, ' ', '~') ? character : '?');
        }

        return quoted.Append('"').ToString();
    }

    // grpc-message keeps printable ASCII but the percent sign, and escapes the UTF-8 bytes of all else.
    private static string PercentEncode(string text)
    {
        StringBuilder encoded = new();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7e and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }
}
