using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Who is at the other end of a connection over TLS: a feature of it. Connections in plain text have none.</summary>
internal sealed record CallerIdentity
{
    /// <summary>Null: that is not proven.</summary>
    public SpiffeId? Id { get; private init; }

    /// <summary>The serial number of the certificate that proves it.</summary>
    public string? Serial { get; private init; }

    /// <summary>From then on the certificate proves nothing, however long the connection lasts.</summary>
    public DateTimeOffset NotAfter { get; private init; }

    /// <summary>Why it is not proven: a sentence for logs.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Until a certificate is shown.</summary>
    public static CallerIdentity Unknown { get; } = new() { Refusal = "It showed no certificate." };

    public static CallerIdentity Of(PeerVerdict verdict, X509Certificate2 certificate) =>
        new()
        {
            Id = verdict.Id, Refusal = verdict.Refusal, Serial = verdict.IsProven ? certificate.SerialNumber : null,
            NotAfter = certificate.NotAfter.ToUniversalTime(),
        };

    /// <summary>Null: the connection is in plain text, where nobody is asked.</summary>
    public static CallerIdentity? Of(HttpContext context) => context.Features.Get<CallerIdentity>();

    /// <summary>Who calls, where the connection asks that; null: it does not.</summary>
    /// <exception cref="RpcException">It asks, and the caller has not proven it.</exception>
    public static SpiffeId? Required(ServerCallContext context) => Of(context.GetHttpContext()) switch
    {
        null => null,
        { Id: { } id } caller when caller.NotAfter > context.GetHttpContext().RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() => id,
        _ => throw new RpcException(new Status(
            StatusCode.Unauthenticated, "Callers here prove who they are, by a certificate of the mesh. A join token gets the first one.")),
    };
}
