using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Puts the authority into a host.</summary>
internal static class CertificateExtensions
{
    public static void AddMeshAuthority(this IServiceCollection services, CertificateAuthority authority, SqliteDatabase database, bool trustsLoopback)
    {
        services.AddSingleton(authority);
        services.AddSingleton(provider => new JoinTokens(database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Membership(
            database, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Membership>>()));
        services.AddSingleton(provider => new Enrollment(
            authority, provider.GetRequiredService<Membership>(), provider.GetRequiredService<LiveCallers>(), trustsLoopback, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Revocations(
            database, authority.Settings.MaxLifetime, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Revocations>>()));
        services.AddSingleton<IRevocations>(provider => provider.GetRequiredService<Revocations>());
        services.AddSingleton<LiveCallers>();
        services.AddSingleton(provider => new BundleAcknowledgements(database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBundleAcknowledgements>(provider => provider.GetRequiredService<BundleAcknowledgements>());
        services.AddSingleton(provider => new CaRotation(
            authority, provider.GetRequiredService<BundleAcknowledgements>(), database, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CaRotation>>()));
        services.AddHostedService(provider => provider.GetRequiredService<CaRotation>());
        services.AddSingleton<IMeshTrust, AuthorityTrust>();
        services.AddSingleton<ServerIdentity>();
        services.AddSingleton<MutualTls>();
        services.AddGrpc().AddServiceOptions<CertificateService>(service => service.MaxReceiveMessageSize = CertificateService.MaxMessageSize);
    }

    public static void MapMeshAuthority(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CertificateService>();
        endpoints.MapGet("/v1/trust-bundle", GetBundle).ExcludeFromDescription();
    }

    private static IResult GetBundle(HttpContext context, CertificateAuthority authority, IBundleAcknowledgements acknowledgements)
    {
        TrustBundle bundle = authority.Bundle;
        if (CallerIdentity.Of(context) is { Id: not null } caller)
        {
            acknowledgements.Acknowledge(caller, BundleHash.Of(bundle));
        }

        return Results.Json(
            new TrustBundleAnswer(bundle.TrustDomain, bundle.Aliases, [.. bundle.Roots.Select(root => root.ExportCertificatePem() + "\n")]),
            CertificatesJson.Default.TrustBundleAnswer);
    }
}
