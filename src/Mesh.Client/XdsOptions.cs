namespace Mesh.Client;

/// <summary>Which xDS control plane <c>mesh.AddXds()</c> follows.</summary>
public sealed class XdsOptions
{
    /// <summary>
    /// The bootstrap file, as gRPC has it (gRFC A27); null, the default: the one that the environment variable <c>GRPC_XDS_BOOTSTRAP</c> names,
    /// else the JSON text in <c>GRPC_XDS_BOOTSTRAP_CONFIG</c>. It is read once, when the host starts.
    /// </summary>
    public string? BootstrapFile { get; set; }
}
