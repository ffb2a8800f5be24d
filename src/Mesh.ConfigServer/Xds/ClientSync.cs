namespace Mesh.ConfigServer.Xds;

/// <summary>How far a client has come with all that it wants.</summary>
internal enum ClientSync
{
    /// <summary>It has the newest of all that there is.</summary>
    InSync,

    /// <summary>It has not taken, or was not sent, the newest of something.</summary>
    Behind,

    /// <summary>It has refused the newest of something.</summary>
    Nacked,
}
