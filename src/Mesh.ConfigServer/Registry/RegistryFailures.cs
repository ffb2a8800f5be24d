using Grpc.Core;

namespace Mesh.ConfigServer.Registry;

/// <summary>Why streams are refused, or end.</summary>
internal static class RegistryFailures
{
    public static Status NoIdentity { get; } = new(
        StatusCode.PermissionDenied,
        "Registering needs an identity: connect over TLS, to the address that the server's --xds-tls names, with a certificate of the mesh. "
        + "For work on one machine start the server with --dev, or in the Development environment.");

    public static Status Another(string claimed, string proven) => new(
        StatusCode.PermissionDenied, $"The registration is for {claimed}, and the certificate is of {proven}: a process registers as what it is.");

    public static Status Ended { get; } = new(StatusCode.Unavailable, "The registration has ended: register anew.");

    public static Status Taken(Registration registration, long epoch) => new(
        StatusCode.Aborted,
        $"Another stream has the instance '{registration.Instance}' of '{registration.Service}', with epoch {epoch}. "
        + "Each process needs an instance id of its own.");

    public static Status TooMany(int most) => new(
        StatusCode.ResourceExhausted, $"This server has {most} registrations and takes no more: wait until others have gone.");

    public static Status Silent(TimeSpan ttl) => new(
        StatusCode.Unavailable, $"Nothing was heard for {ttl.TotalSeconds} s, so the registration has ended: register anew.");
}
