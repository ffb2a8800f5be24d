using System.Text.Json.Serialization;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What the authority tells and keeps as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrustBundleAnswer))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(AuthorityState))]
internal sealed partial class CertificatesJson : JsonSerializerContext;
