namespace Mesh.Model.Xds;

/// <summary>What a client understands, and so what it is sent.</summary>
internal enum ClientProfile
{
    /// <summary>A gRPC library's xDS client, or one that nobody knows: the strictest. It is sent nothing that it would refuse.</summary>
    Grpc,

    /// <summary>Mesh.Client: all that the model can say.</summary>
    Mesh,
}
