using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Xds;

/// <summary>What all sessions share.</summary>
internal sealed record SessionEnvironment(
    Interests<ClientSession> Interests, XdsOptions Options, TimeProvider Time, XdsMetrics Metrics, ILogger Logger);
