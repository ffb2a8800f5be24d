using System.Net;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Who asks for a certificate, by what it shows.</summary>
/// <param name="Token">The bearer token; null: none.</param>
/// <param name="Caller">By the connection; null: that is in plain text.</param>
/// <param name="Peer">Where it is; null: that is not known.</param>
internal sealed record Applicant(string? Token, CallerIdentity? Caller, IPAddress? Peer);
