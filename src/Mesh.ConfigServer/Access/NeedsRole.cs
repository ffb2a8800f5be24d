namespace Mesh.ConfigServer.Access;

/// <summary>Metadata of an endpoint: who may call it. One without it is for admins.</summary>
/// <param name="Role">The least; null: anybody, without a token.</param>
/// <param name="Everywhere">Whether a token for some namespaces is not enough.</param>
internal sealed record NeedsRole(AccessRole? Role, bool Everywhere = false);
