using System.Net;
using Grpc.Core;
using Mesh.ConfigServer.Store;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.Logging;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Where processes ask for certificates, as they ask Istio's.</summary>
internal sealed class CertificateService(Enrollment enrollment, ILogger<CertificateService> logger)
    : IstioCertificateService.IstioCertificateServiceBase
{
    /// <summary>Of a request, in bytes.</summary>
    public const int MaxMessageSize = 64 * 1024;

    private const string Scheme = "Bearer ";
    private const long LongestSeconds = 10L * 366 * 24 * 3600;

    public override Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
    {
        Microsoft.AspNetCore.Http.HttpContext http = context.GetHttpContext();
        string address = http.Connection.RemoteIpAddress is { } ip ? new IPEndPoint(ip, http.Connection.RemotePort).ToString() : context.Peer;
        TimeSpan? lifetime = request.ValidityDuration == 0 ? null : TimeSpan.FromSeconds(Math.Clamp(request.ValidityDuration, 1, LongestSeconds));
        try
        {
            Applicant applicant = new(TokenOf(context), CallerIdentity.Of(http), http.Connection.RemoteIpAddress);
            (Model.Identity.SpiffeId id, string proof, IssuedCertificate issued) = enrollment.Issue(applicant, request.Csr, lifetime);
            logger.CertificateIssued(id.ToString(), address, issued.Leaf.SerialNumber, issued.NotAfter, proof);
            return Task.FromResult(new IstioCertificateResponse { CertChain = { issued.Chain } });
        }
        catch (RequestRefusedException refusal)
        {
            logger.CertificateRefused(address, refusal.Status.StatusCode, refusal.Message);
            throw new RpcException(refusal.Status);
        }
        catch (StoreException failure)
        {
            logger.CertificateRefused(address, StatusCode.Unavailable, failure.Message);
            throw new RpcException(new Status(StatusCode.Unavailable, "The server cannot keep what it issues now."));
        }
    }

    private static string? TokenOf(ServerCallContext context) => context.RequestHeaders.GetAll("authorization").ToArray() switch
    {
        [] => null,
        [{ Value: var value }] when value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) => value[Scheme.Length..].Trim(),
        _ => throw RequestRefusedException.Unproven("Its authorization is not one bearer token."),
    };
}
