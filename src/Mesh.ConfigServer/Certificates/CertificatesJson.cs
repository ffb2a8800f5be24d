using System.Text.Json.Serialization;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What the authority tells as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrustBundleAnswer))]
internal sealed partial class CertificatesJson : JsonSerializerContext;
