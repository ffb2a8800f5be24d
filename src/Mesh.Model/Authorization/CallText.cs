namespace Mesh.Model.Authorization;

/// <summary>The texts of a call that words are compared with.</summary>
internal enum CallText
{
    Principal,
    Namespace,
    TrustDomain,
    Method,
    Path,

    /// <summary>As it was sent.</summary>
    Host,

    /// <summary>Without the port.</summary>
    HostName,
    Route,
    ServerName,
}
