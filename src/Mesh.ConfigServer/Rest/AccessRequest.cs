namespace Mesh.ConfigServer.Rest;

/// <summary>An access token to make.</summary>
/// <param name="Role"><c>viewer</c>, <c>editor</c> or <c>admin</c>.</param>
/// <param name="Name">What the history and the audit call whoever uses it; the role and the id unless given.</param>
/// <param name="Namespaces">Where it may read and write; <c>*</c>, which is everywhere and what holds for the whole mesh, unless given.</param>
/// <param name="Ttl">How long it holds: 30 days unless given.</param>
internal sealed record AccessRequest(string Role, string? Name = null, IReadOnlyList<string>? Namespaces = null, string Ttl = "30d");
