namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: what it answers may be open to anybody, by an option.</summary>
internal sealed class ServesMetrics;
