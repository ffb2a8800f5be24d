using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Access;

/// <summary>What is logged of callers of the API: never a secret.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(170, LogLevel.Warning, "There was no access token of an admin in force, and so one was made: {Id}, until {ExpiresAt:u}. {Where}",
        EventName = "AdminTokenMade")]
    public static partial void AdminTokenMade(this ILogger logger, string id, DateTimeOffset expiresAt, string where);

    [LoggerMessage(171, LogLevel.Warning, "{Method} {Path} of {Address} by {Caller} was refused ({Status}): {Reason}", EventName = "AccessRefused")]
    public static partial void AccessRefused(
        this ILogger logger, string method, string path, string address, string caller, int status, string reason);

    [LoggerMessage(172, LogLevel.Warning, "So many writes are refused that the audit does not have all of them: {Omitted} since it had the last.",
        EventName = "RefusedWritesOmitted")]
    public static partial void RefusedWritesOmitted(this ILogger logger, int omitted);

    [LoggerMessage(173, LogLevel.Error, "That a write was refused cannot be kept in the audit: {Action} by {Caller} at {Address}. {Reason}",
        EventName = "RefusedWriteNotKept")]
    public static partial void RefusedWriteNotKept(this ILogger logger, string action, string caller, string address, string reason);
}
