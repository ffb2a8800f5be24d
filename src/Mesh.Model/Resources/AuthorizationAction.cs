namespace Mesh.Model;

/// <summary>What becomes of a call that a policy matches.</summary>
internal enum AuthorizationAction
{
    /// <summary>It may pass, where nothing denies it.</summary>
    Allow,

    /// <summary>It may not, whatever allows it.</summary>
    Deny,

    /// <summary>It is told of.</summary>
    Audit,
}
