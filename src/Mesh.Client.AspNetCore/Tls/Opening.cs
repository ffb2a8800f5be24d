namespace Mesh.Client.AspNetCore.Tls;

/// <summary>What a peer's first bytes say that it speaks.</summary>
internal enum Opening
{
    /// <summary>It has said nothing in time, or is gone.</summary>
    Nothing,

    /// <summary>A handshake.</summary>
    Tls,

    /// <summary>HTTP/2 in plain text, by prior knowledge.</summary>
    Http2,

    /// <summary>Anything else, as a rule HTTP/1.1.</summary>
    Other,
}
