using System.Collections.Immutable;

namespace Mesh.Cli.Api;

/// <summary>An access token that was made just now.</summary>
internal sealed record CreatedAccessAnswer(string Text, AccessTokenEntry Token);

/// <summary>All access tokens.</summary>
internal sealed record AccessAnswer(ImmutableArray<AccessTokenEntry> Tokens);

/// <summary>An access token, without its secret.</summary>
internal sealed record AccessTokenEntry(
    string Id, string Name, string State, string Role, ImmutableArray<string> Namespaces, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt,
    string CreatedBy, DateTimeOffset? RevokedAt);

/// <summary>Writes and refusals, the newest first.</summary>
internal sealed record AuditAnswer(ImmutableArray<AuditEntry> Records);

/// <summary>A write, or one that was refused.</summary>
internal sealed record AuditEntry(
    long Number, DateTimeOffset Time, string By, string? Token, string? Claimed, string Address, string RequestId, string Kind, string Action,
    ImmutableArray<AuditChangeEntry> Changes, int MoreChanges, long? Epoch, long? Generation, string? Refusal, int Omitted);

/// <summary>What became of one thing.</summary>
internal sealed record AuditChangeEntry(string Target, string? Before, string? After);
