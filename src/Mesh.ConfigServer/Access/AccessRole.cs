namespace Mesh.ConfigServer.Access;

/// <summary>What a caller of the API may do; each role may do what those before it may.</summary>
internal enum AccessRole
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Writes documents.</summary>
    Editor,

    /// <summary>Everything: tokens, the authority, identities, backups.</summary>
    Admin,
}
