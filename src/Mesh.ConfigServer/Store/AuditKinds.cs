namespace Mesh.ConfigServer.Store;

/// <summary>What kinds of things are written.</summary>
internal static class AuditKinds
{
    public const string Documents = "documents";

    /// <summary>Tokens by which processes join.</summary>
    public const string Tokens = "tokens";

    /// <summary>Tokens by which people and programs use the API.</summary>
    public const string Access = "access";

    public const string Identities = "identities";
    public const string Authority = "ca";

    public static string[] All { get; } = [Documents, Tokens, Access, Identities, Authority];
}
