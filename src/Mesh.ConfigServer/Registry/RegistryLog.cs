using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>What the registry logs.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(155, LogLevel.Information, "{Instance} of {Service} registered from {Peer}: {Addresses}.", EventName = "Registered")]
    public static partial void Registered(this ILogger logger, string service, string instance, string peer, string addresses);

    [LoggerMessage(156, LogLevel.Information, "{Instance} of {Service} withdrew. Clients told: {Clients}; behind: {Behind}.",
        EventName = "Withdrew")]
    public static partial void Withdrew(this ILogger logger, string service, string instance, int clients, int behind);

    [LoggerMessage(157, LogLevel.Warning, "{Instance} of {Service} was not heard for {Silence} and is given up.", EventName = "Expired")]
    public static partial void Expired(this ILogger logger, string service, string instance, TimeSpan silence);

    [LoggerMessage(158, LogLevel.Warning,
        "{Instance} of {Service} is silent, and so are most others of the service: it is kept for {Time} more.",
        EventName = "Held")]
    public static partial void Held(this ILogger logger, string service, string instance, TimeSpan time);

    [LoggerMessage(159, LogLevel.Information, "{Instance} of {Service} is gone: {Newcomer} has its address.", EventName = "Displaced")]
    public static partial void Displaced(this ILogger logger, string service, string instance, string newcomer);

    [LoggerMessage(160, LogLevel.Warning, "The registration of {Process} from {Address} was refused ({Status}): {Reason}",
        EventName = "RegistrationRefused")]
    public static partial void RegistrationRefused(this ILogger logger, string process, string address, Grpc.Core.StatusCode status, string reason);

    [LoggerMessage(161, LogLevel.Error,
        "Registrations cannot be kept; those that are known hold on, and new ones are refused. {Reason}", EventName = "RegistrationsNotKept")]
    public static partial void NotKept(this ILogger logger, string reason);

    [LoggerMessage(162, LogLevel.Information, "Registrations can be kept again.", EventName = "RegistrationsKeptAgain")]
    public static partial void KeptAgain(this ILogger logger);

    [LoggerMessage(163, LogLevel.Warning, "The kept registration of {Instance} of {Service} cannot be read and is left out: {Reason}",
        EventName = "RegistrationUnreadable")]
    public static partial void Unreadable(this ILogger logger, string service, string instance, string reason);

    [LoggerMessage(164, LogLevel.Information,
        "Registrations restored: {Count}. For {Time} nobody is given up, and no name is said not to exist.", EventName = "GraceBegins")]
    public static partial void GraceBegins(this ILogger logger, int count, TimeSpan time);

    [LoggerMessage(169, LogLevel.Warning,
        "The server was away for {Absence}. What was known before is as old: registrations that are called last until their processes are heard: {Count}.",
        EventName = "RestoredAreOld")]
    public static partial void RestoredAreOld(this ILogger logger, int count, TimeSpan absence);

    [LoggerMessage(165, LogLevel.Error, "The registration stream from {Address} failed.", EventName = "RegistrationStreamFailed")]
    public static partial void StreamFailed(this ILogger logger, string address, Exception failure);
}
