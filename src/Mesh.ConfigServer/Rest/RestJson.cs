using System.Text.Json.Serialization;
using Mesh.Model.Explanations;

namespace Mesh.ConfigServer.Rest;

/// <summary>Everything that the API reads and writes as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DocumentJson)])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(DocumentList))]
[JsonSerializable(typeof(WriteAnswer))]
[JsonSerializable(typeof(GenerationList))]
[JsonSerializable(typeof(GenerationDetails))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(ClientList))]
[JsonSerializable(typeof(EndpointList))]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(RequestExplanation))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(MeshAuthority))]
[JsonSerializable(typeof(AccessRequest))]
[JsonSerializable(typeof(AccessEntry))]
[JsonSerializable(typeof(AccessList))]
[JsonSerializable(typeof(CreatedAccess))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(IdentityList))]
[JsonSerializable(typeof(IdentityRevocation))]
[JsonSerializable(typeof(RevokedAnswer))]
[JsonSerializable(typeof(CaRotationAnswer))]
[JsonSerializable(typeof(CaRotationRequest))]
[JsonSerializable(typeof(CertificateAudit))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long?))]
internal sealed partial class RestJson : JsonSerializerContext;
