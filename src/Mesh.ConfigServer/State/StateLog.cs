using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.State;

/// <summary>What is logged of the state.</summary>
internal static partial class StateLog
{
    [LoggerMessage(100, LogLevel.Error, "An observer of the mesh's state failed at generation {Generation}.", EventName = "ObserverFailed")]
    public static partial void ObserverFailed(this ILogger logger, long generation, Exception failure);
}
