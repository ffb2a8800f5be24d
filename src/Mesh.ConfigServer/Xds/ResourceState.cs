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

    /// <summary>It has refused the newest, or a response in which it was new and that names none to blame.</summary>
    Nacked,

    /// <summary>There is none, which it was told.</summary>
    NotFound,
}
