namespace Mesh.ConfigServer.Xds;

/// <summary>How far a client has come with a resource.</summary>
internal enum ResourceState
{
    /// <summary>It was not answered yet.</summary>
    Requested,

    /// <summary>It has the newest.</summary>
    Synced,

    /// <summary>It has not taken the newest yet.</summary>
    Stale,

    /// <summary>It has refused the newest, and keeps what it had.</summary>
    Nacked,

    /// <summary>There is none, which it was told.</summary>
    NotFound,
}
