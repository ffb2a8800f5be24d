namespace Mesh.ConfigServer.Rest;

/// <summary>A request to explain.</summary>
/// <param name="Url">Absolute, <c>http</c> or <c>https</c>; its host is the service, by any of its names.</param>
/// <param name="Method"><c>GET</c> unless given.</param>
/// <param name="Headers">Several values of one are joined by a comma and a space.</param>
/// <param name="From">Who calls; nobody in particular unless given.</param>
/// <param name="As">Who the caller has proven to be, <c>spiffe://…</c> or <c>nobody</c>: asks whether it is let in.</param>
/// <param name="Address">Where the caller's connection comes from, for policies that ask it.</param>
internal sealed record ExplainRequest(
    string Url, string Method = "GET", IReadOnlyDictionary<string, string>? Headers = null, ExplainCaller? From = null,
    string? As = null, string? Address = null);
