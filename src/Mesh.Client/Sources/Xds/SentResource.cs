using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Sources.Xds;

/// <summary>A resource as a server has sent it, and what it says.</summary>
internal sealed record SentResource(string Version, Any Content, ParsedResource Parsed);
