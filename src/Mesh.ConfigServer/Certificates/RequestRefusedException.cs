using Grpc.Core;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A certificate is not issued.</summary>
/// <param name="code">What the caller is told.</param>
/// <param name="answer">In a few words.</param>
/// <param name="reason">What the operator is told: a sentence.</param>
internal sealed class RequestRefusedException(StatusCode code, string answer, string reason) : Exception(reason)
{
    public Status Status => new(code, answer);

    /// <summary>The caller may know why.</summary>
    public static RequestRefusedException Bad(string reason) => new(StatusCode.InvalidArgument, reason, reason);

    /// <summary>It is known who asks, or that nobody does.</summary>
    public static RequestRefusedException Denied(string reason) =>
        new(StatusCode.PermissionDenied, "The certificate is not granted. The server's log has the reason.", reason);

    public static RequestRefusedException Unproven(string reason) =>
        new(StatusCode.Unauthenticated, "Whoever asks for a certificate proves it by a join token, or by the certificate before.", reason);
}
