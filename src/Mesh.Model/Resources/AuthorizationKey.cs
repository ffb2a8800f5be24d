namespace Mesh.Model;

/// <summary>What a condition can ask of a call.</summary>
internal enum AuthorizationKey
{
    RequestHeader,
    SourceIp,
    SourcePrincipal,
    SourceNamespace,
    SourceTrustDomain,
    DestinationPort,
    ConnectionSni,
}
