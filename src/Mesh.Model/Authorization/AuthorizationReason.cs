namespace Mesh.Model.Authorization;

/// <summary>What decides about a call.</summary>
internal enum AuthorizationReason
{
    /// <summary>A policy denies it.</summary>
    Denied,

    /// <summary>A policy allows it.</summary>
    Allowed,

    /// <summary>There are policies that allow something, and none allows this.</summary>
    NotAllowed,

    /// <summary>No policy allows anything: the mesh's default decides.</summary>
    Default,
}
