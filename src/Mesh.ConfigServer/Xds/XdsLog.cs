using Grpc.Core;
using Mesh.Model.Xds;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>What streams log.</summary>
internal static partial class XdsLog
{
    [LoggerMessage(120, LogLevel.Debug, "{Client} at {Address} is connected ({Protocol}, as {Profile}).", EventName = "StreamOpened")]
    public static partial void StreamOpened(
        this ILogger logger, string client, string address, StreamProtocol protocol, ClientProfile profile);

    [LoggerMessage(121, LogLevel.Debug, "The stream of {Client} at {Address} ended: {Status}.", EventName = "StreamEnded")]
    public static partial void StreamEnded(this ILogger logger, string client, string address, StatusCode status);

    [LoggerMessage(122, LogLevel.Warning, "A stream from {Address} was refused ({Status}): {Reason}", EventName = "StreamRefused")]
    public static partial void StreamRefused(this ILogger logger, string address, StatusCode status, string reason);

    [LoggerMessage(123, LogLevel.Warning,
        "{Client} at {Address} refused a response with resources of type {Type} and keeps what it had: {Reason}",
        EventName = "ResponseRefused")]
    public static partial void ResponseRefused(this ILogger logger, string client, string address, ResourceType type, string reason);

    [LoggerMessage(124, LogLevel.Error, "{Type} '{Name}' of '{Service}' cannot be encoded and is withheld; clients keep what they have.",
        EventName = "ResourceWithheld")]
    public static partial void ResourceWithheld(this ILogger logger, ResourceType type, string name, string service, Exception failure);

    [LoggerMessage(125, LogLevel.Warning,
        "{Client} at {Address} asks for every resource of type {Type}, and is sent none: this server tells of what is asked for by name.",
        EventName = "AskedForAll")]
    public static partial void AskedForAll(this ILogger logger, string client, string address, ResourceType type);

    [LoggerMessage(126, LogLevel.Information, "{Count} streams are ended over {Duration}.", EventName = "Draining")]
    public static partial void Draining(this ILogger logger, int count, TimeSpan duration);

    [LoggerMessage(127, LogLevel.Error, "The stream of {Client} at {Address} failed.", EventName = "StreamFailed")]
    public static partial void StreamFailed(this ILogger logger, string client, string address, Exception failure);
}
