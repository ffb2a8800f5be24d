using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Sources.Xds;

/// <summary>A resource as a server has sent it, and what it says.</summary>
/// <param name="Name">Null: it cannot even be told which one it is.</param>
/// <param name="Version">Empty where the server gives none.</param>
/// <param name="Content">Empty where there is nothing in it.</param>
/// <param name="Parsed">What it says.</param>
internal sealed record SentResource(string? Name, string Version, Any Content, ParsedResource Parsed);
