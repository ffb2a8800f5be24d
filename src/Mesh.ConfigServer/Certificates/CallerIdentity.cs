using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Who is at the other end of a connection over TLS: a feature of it. Connections in plain text have none.</summary>
internal sealed record CallerIdentity
{
    private Proof? _proof;

    // By which it was proven last.
    private volatile TrustBundle? _trust;

    /// <summary>Null: that is not proven.</summary>
    public SpiffeId? Id { get; private init; }

    /// <summary>The serial number of the certificate that proves it.</summary>
    public string? Serial { get; private init; }

    /// <summary>Since when the certificate holds.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>From then on the certificate proves nothing, however long the connection lasts.</summary>
    public DateTimeOffset NotAfter { get; private init; }

    /// <summary>Why it is not proven: a sentence for logs.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Until a certificate is shown.</summary>
    public static CallerIdentity Unknown { get; } = new() { Refusal = "It showed no certificate." };

    public static CallerIdentity Of(PeerVerdict verdict, X509Certificate2 certificate, IEnumerable<X509Certificate2> others, TrustBundle trust) =>
        new()
        {
            Id = verdict.Id, Refusal = verdict.Refusal, Serial = verdict.IsProven ? certificate.SerialNumber : null,
            NotBefore = certificate.NotBefore.ToUniversalTime(), NotAfter = certificate.NotAfter.ToUniversalTime(),
            _proof = verdict.IsProven ? new Proof(certificate.RawData, [.. others.Select(other => other.RawData)]) : null, _trust = trust,
        };

    /// <summary>Null: the connection is in plain text, where nobody is asked.</summary>
    public static CallerIdentity? Of(HttpContext context) => context.Features.Get<CallerIdentity>();

    /// <summary>Who calls, where the connection asks that; null: it does not.</summary>
    /// <exception cref="RpcException">It asks, and the caller has not proven it.</exception>
    public static SpiffeId? Required(ServerCallContext context) => Of(context.GetHttpContext()) switch
    {
        null => null,
        { Id: { } } caller when context.GetHttpContext().RequestServices.GetService<LiveCallers>()?.Objection(caller) is not null =>
            throw new RpcException(LiveCallers.Refused),
        { Id: { } id } caller when caller.NotAfter > context.GetHttpContext().RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() => id,
        _ => throw new RpcException(new Status(
            StatusCode.Unauthenticated, "Callers here prove who they are, by a certificate of the mesh. A join token gets the first one.")),
    };

    /// <summary>Whether it is proven by what is trusted now.</summary>
    public bool IsOf(TrustBundle trust, DateTimeOffset now)
    {
        if (ReferenceEquals(trust, _trust) || _proof is not { } proof)
        {
            return _proof is not null;
        }

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(proof.Certificate);
        bool isProven = PeerCertificate.Verify(certificate, proof.Others.Select(X509CertificateLoader.LoadCertificate), trust, PeerRole.Client, now).IsProven;
        if (isProven)
        {
            _trust = trust;
        }

        return isProven;
    }

    private sealed record Proof(byte[] Certificate, ImmutableArray<byte[]> Others);
}
