using System.Text.Json.Serialization;

namespace Mesh.ConfigServer.Hosting;

/// <summary>How the ready file is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerAddresses))]
internal sealed partial class HostingJson : JsonSerializerContext;
