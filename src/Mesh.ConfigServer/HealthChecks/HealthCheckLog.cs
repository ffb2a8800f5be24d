using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>What checks log.</summary>
internal static partial class HealthCheckLog
{
    [LoggerMessage(176, LogLevel.Warning, "{Instance} of {Service} at {Address} is not well and is called last: {Reason}.",
        EventName = "InstanceUnhealthy")]
    public static partial void Unhealthy(this ILogger logger, string service, string instance, string address, string reason);

    [LoggerMessage(177, LogLevel.Information, "{Instance} of {Service} at {Address} is well again.", EventName = "InstanceHealthy")]
    public static partial void Healthy(this ILogger logger, string service, string instance, string address);

    [LoggerMessage(178, LogLevel.Warning,
        "{Unhealthy} of the {All} instances of {Service} that are asked are not well. Where callers reach them it is this server that does not: "
        + "look at its network.", EventName = "MostAreUnhealthy")]
    public static partial void ManyUnhealthy(this ILogger logger, string service, int unhealthy, int all);

    [LoggerMessage(179, LogLevel.Error, "The answer of {Instance} of {Service} to a health check could not be taken.",
        EventName = "HealthAnswerFailed")]
    public static partial void CheckFailed(this ILogger logger, string service, string instance, Exception failure);
}
