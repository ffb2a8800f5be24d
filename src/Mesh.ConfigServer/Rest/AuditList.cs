using System.Collections.Immutable;

namespace Mesh.ConfigServer.Rest;

/// <summary>A page of the audit, newest first.</summary>
internal sealed record AuditList(ImmutableArray<AuditEntry> Records);
