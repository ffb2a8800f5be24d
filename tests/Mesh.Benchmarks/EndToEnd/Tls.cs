namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What guards a contender's calls between the two sides. Both show certificates, of which nothing but the identity counts.</summary>
internal enum Tls
{
    /// <summary>Nothing: plain text.</summary>
    None,

    /// <summary>SocketsHttpHandler and Kestrel by themselves, set as the mesh sets TLS, with the same check.</summary>
    Raw,

    /// <summary>The same, where sessions may be resumed.</summary>
    Resuming,

    /// <summary>The mesh on both sides: <c>Tls:Mode</c> <c>Mesh</c> calls <c>Inbound:Tls</c> <c>Strict</c>.</summary>
    Mesh,
}
