namespace Mesh.ConfigServer.Clients;

/// <summary>A rule that a client cannot follow.</summary>
/// <param name="Service">Whose rule.</param>
/// <param name="Path">Which, seen from the service's document.</param>
/// <param name="Message">What becomes of it instead.</param>
internal sealed record ClientGap(string Service, string Path, string Message);
