namespace Mesh.ConfigServer.Hosting;

/// <summary>By what REST is served over TLS.</summary>
/// <param name="Certificate">With those above it, in PEM.</param>
/// <param name="Key">Its key, in PEM.</param>
internal sealed record HttpTlsFiles(string Certificate, string Key);
