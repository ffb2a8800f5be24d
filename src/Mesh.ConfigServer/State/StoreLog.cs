using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.State;

/// <summary>What the store and the state log.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(100, LogLevel.Error, "An observer of the mesh's state failed at generation {Generation}.", EventName = "ObserverFailed")]
    public static partial void ObserverFailed(this ILogger logger, long generation, Exception failure);

    [LoggerMessage(101, LogLevel.Information,
        "Generation {Version} is in force: {Services} services. {Changes} documents changed, by {Author} ({Action}).",
        EventName = "GenerationWritten")]
    public static partial void GenerationWritten(
        this ILogger logger, string version, int services, int changes, string author, string action);

    [LoggerMessage(102, LogLevel.Information, "Generation {Version} was read from {Place}: {Services} services.", EventName = "StateRead")]
    public static partial void StateRead(this ILogger logger, string version, string place, int services);

    [LoggerMessage(103, LogLevel.Error, "{Place} was refused; generation {Version} stays in force. {Faults}", EventName = "FolderRefused")]
    public static partial void FolderRefused(this ILogger logger, string place, string version, string faults);

    [LoggerMessage(104, LogLevel.Warning, "{Place} cannot be watched; it is looked at every two seconds.", EventName = "FolderNotWatched")]
    public static partial void FolderNotWatched(this ILogger logger, string place, Exception failure);
}
