namespace Mesh.Model.Authorization;

/// <summary>Whether a call may pass, and by what.</summary>
/// <param name="IsAllowed">Whether it may.</param>
/// <param name="Reason">What decides.</param>
/// <param name="By">The rule that decides; null where none does.</param>
internal readonly record struct AuthorizationVerdict(bool IsAllowed, AuthorizationReason Reason, AuthorizationMatch? By = null);
