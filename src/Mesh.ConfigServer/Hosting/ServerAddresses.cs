namespace Mesh.ConfigServer.Hosting;

/// <summary>The addresses taken, <c>127.0.0.1:15080</c>; null where nothing is served.</summary>
internal sealed record ServerAddresses(string? Xds, string? XdsTls, string? Http);
