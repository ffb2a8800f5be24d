using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Rest;

/// <summary>What the API logs.</summary>
internal static partial class RestLog
{
    [LoggerMessage(150, LogLevel.Error, "A request was answered with 503: {Reason}", EventName = "StoreUnavailable")]
    public static partial void StoreUnavailable(this ILogger logger, string reason);

    [LoggerMessage(151, LogLevel.Error, "{Method} {Path} failed.", EventName = "RequestFailed")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception failure);
}
