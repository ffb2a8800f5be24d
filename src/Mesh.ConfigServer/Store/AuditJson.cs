using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mesh.ConfigServer.Store;

/// <summary>How the audit keeps what a write changed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<AuditChange>))]
internal sealed partial class AuditJson : JsonSerializerContext;
