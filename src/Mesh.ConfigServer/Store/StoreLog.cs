using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>What the store logs.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(101, LogLevel.Information,
        "Generation {Generation} (epoch {Epoch}) is in force, by {Author} ({Action}). Documents changed: {Changes}; services: {Services}.",
        EventName = "GenerationWritten")]
    public static partial void GenerationWritten(
        this ILogger logger, long generation, long epoch, int services, int changes, string author, string action);

    [LoggerMessage(102, LogLevel.Information, "Generation {Generation} (epoch {Epoch}) was read from {Place}. Services: {Services}.",
        EventName = "StateRead")]
    public static partial void StateRead(this ILogger logger, long generation, long epoch, string place, int services);

    [LoggerMessage(103, LogLevel.Error, "{Place} was refused; generation {Generation} (epoch {Epoch}) stays in force.{Faults}",
        EventName = "FolderRefused")]
    public static partial void FolderRefused(this ILogger logger, string place, long generation, long epoch, string faults);

    [LoggerMessage(104, LogLevel.Warning, "{Place} cannot be watched; it is looked at every two seconds.", EventName = "FolderNotWatched")]
    public static partial void FolderNotWatched(this ILogger logger, string place, Exception failure);

    [LoggerMessage(152, LogLevel.Error, "To look at {Place} failed; it is tried again in two seconds.", EventName = "FolderLookFailed")]
    public static partial void FolderLookFailed(this ILogger logger, string place, Exception failure);

    [LoggerMessage(154, LogLevel.Information, "The files of {Place} are good again. They say what was in force meanwhile.", EventName = "FolderMended")]
    public static partial void FolderMended(this ILogger logger, string place);

    public static void GenerationWritten(
        this ILogger logger, StoreVersion version, int services, int changes, string author, string action) =>
        logger.GenerationWritten(version.Generation, version.Epoch, services, changes, author, action);

    public static void StateRead(this ILogger logger, StoreVersion version, string place, int services) =>
        logger.StateRead(version.Generation, version.Epoch, place, services);

    public static void FolderRefused(this ILogger logger, string place, StoreVersion version, string faults) =>
        logger.FolderRefused(place, version.Generation, version.Epoch, faults);
}
