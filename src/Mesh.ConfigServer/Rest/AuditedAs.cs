namespace Mesh.ConfigServer.Rest;

/// <summary>Metadata: the endpoint writes, so that what it refuses goes into the audit.</summary>
/// <param name="Kind">What kind of thing it writes: one of <see cref="Store.AuditKinds"/>.</param>
internal sealed record AuditedAs(string Kind);
