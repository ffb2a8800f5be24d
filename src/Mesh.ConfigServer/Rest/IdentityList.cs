using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who has joined, and who was taken back.</summary>
/// <param name="Identities">Processes with a certificate in force, the newest first.</param>
/// <param name="Revocations">The newest first.</param>
internal sealed record IdentityList(ImmutableArray<IdentityEntry> Identities, ImmutableArray<RevocationEntry> Revocations);
