using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Answers to calls that are not let in. They tell a stranger nothing but that.</summary>
internal static class Refusals
{
    private const string Grpc = "application/grpc";
    private const string GrpcWeb = "application/grpc-web";
    private const string GrpcWebText = "application/grpc-web-text";

    /// <summary>In Istio's words: 403, or PERMISSION_DENIED.</summary>
    public static Task Deny(HttpContext context) => Answer(context, StatusCodes.Status403Forbidden, 7, "http_request_denied", "RBAC: access denied");

    /// <summary>It is not known who may call: 503, or UNAVAILABLE.</summary>
    public static Task BeUnavailable(HttpContext context) =>
        Answer(context, StatusCodes.Status503ServiceUnavailable, 14, "destination_unavailable", "Service Unavailable");

    /// <summary>400, or INVALID_ARGUMENT.</summary>
    public static Task RefusePath(HttpContext context) => Answer(context, StatusCodes.Status400BadRequest, 3, "http_request_error", "Bad Request");

    private static Task Answer(HttpContext context, int status, int grpcStatus, string error, string text)
    {
        HttpResponse response = context.Response;
        response.Headers["Proxy-Status"] = $"mesh; error={error}";
        if (GrpcType(context.Request.ContentType) is { } grpc)
        {
            // Without a body they are the headers and the trailers at once.
            response.ContentType = grpc;
            response.Headers["grpc-status"] = grpcStatus.ToString(CultureInfo.InvariantCulture);
            response.Headers["grpc-message"] = text;
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        response.ContentType = "text/plain";
        response.ContentLength = text.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(text, context.RequestAborted);
    }

    private static string? GrpcType(string? type) => type switch
    {
        null => null,
        _ when type.StartsWith(GrpcWebText, StringComparison.OrdinalIgnoreCase) => GrpcWebText,
        _ when type.StartsWith(GrpcWeb, StringComparison.OrdinalIgnoreCase) => GrpcWeb,
        _ when type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) => Grpc,
        _ => null,
    };
}
