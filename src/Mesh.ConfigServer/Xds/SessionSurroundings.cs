using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>What all sessions share.</summary>
internal sealed record SessionSurroundings(
    Interests<ClientSession> Interests, XdsOptions Options, TimeProvider Time, XdsMetrics Metrics, ILogger Logger);
