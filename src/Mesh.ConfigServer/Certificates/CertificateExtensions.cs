using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Puts the authority into a host.</summary>
internal static class CertificateExtensions
{
    public static void AddMeshAuthority(this IServiceCollection services, CertificateAuthority authority, SqliteDatabase database, bool trustsLoopback)
    {
        services.AddSingleton(authority);
        services.AddSingleton(provider => new JoinTokens(database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Membership(database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Enrollment(
            authority, provider.GetRequiredService<Membership>(), trustsLoopback, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IMeshTrust, AuthorityTrust>();
        services.AddSingleton<ServerIdentity>();
        services.AddSingleton<MutualTls>();
        services.AddGrpc().AddServiceOptions<CertificateService>(service => service.MaxReceiveMessageSize = CertificateService.MaxMessageSize);
    }

    public static void MapMeshAuthority(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CertificateService>();
        endpoints.MapGet("/v1/trust-bundle", (CertificateAuthority authority) => Results.Json(
            new TrustBundleAnswer(
                authority.Bundle.TrustDomain, authority.Bundle.Aliases, [.. authority.Bundle.Roots.Select(root => root.ExportCertificatePem() + "\n")]),
            CertificatesJson.Default.TrustBundleAnswer)).ExcludeFromDescription();
    }
}
