namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What the client has above its connections.</summary>
internal enum Stack
{
    /// <summary>A SocketsHttpHandler alone, which calls one address.</summary>
    Raw,

    /// <summary>The same, which begins anew with a session that it had, where that is allowed.</summary>
    Resuming,

    /// <summary>The same, in plain text whatever the others speak.</summary>
    Plain,

    /// <summary>Service discovery and the standard resilience handler.</summary>
    DiscoveryAndResilience,

    /// <summary>The mesh.</summary>
    Mesh,

    /// <summary>The mesh, with a copy of every request to a service that never answers.</summary>
    MirroringMesh,
}
