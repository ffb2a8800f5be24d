using Mesh.Model.Authorization;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>What policies say of a call, as metrics have it.</summary>
internal static class AuthorizationOutcome
{
    public const string Unknown = "unknown";

    public const string BadPath = "bad_path";

    public const string Revoked = "revoked";

    /// <summary>Policies ask for TLS where the mesh cannot.</summary>
    public const string NotGuarded = "not_guarded";

    /// <summary>With the policies in dry run.</summary>
    public const string WouldBeAllowed = "would_be_allowed";

    public const string WouldBeDenied = "would_be_denied";

    public static string Of(in AuthorizationVerdict verdict) => verdict switch
    {
        { Reason: AuthorizationReason.Allowed } => "allowed",
        { Reason: AuthorizationReason.Denied } => "denied",
        { Reason: AuthorizationReason.NotAllowed } => "not_allowed",
        { Reason: AuthorizationReason.Default, IsAllowed: true } => "default",
        { Reason: AuthorizationReason.Default } => "default_denied",
        _ => throw new InvalidOperationException($"No outcome is defined for '{verdict.Reason}'."),
    };
}
