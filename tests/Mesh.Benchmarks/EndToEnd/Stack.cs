namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What the client has above its connections.</summary>
internal enum Stack
{
    /// <summary>A SocketsHttpHandler alone, which calls one address.</summary>
    Raw,

    /// <summary>Service discovery and the standard resilience handler.</summary>
    DiscoveryAndResilience,

    /// <summary>The mesh.</summary>
    Mesh,

    /// <summary>The mesh, with a copy of every request to a service that never answers.</summary>
    MirroringMesh,
}
