using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Model;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Callers that are somebody else than policies allow, or say so.</summary>
internal static class IdentityAttacks
{
    public static IEnumerable<Attack> All =>
    [
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(Calls.Shown, "Another service", authority => authority.Leaf("other"), "The service that is allowed", authority => authority.Leaf(), "403") with { Policies = [Allow(From("web"))] },
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(Calls.Shown, "A service whose name begins so", authority => authority.Leaf("web2"), "The service itself", authority => authority.Leaf(), "403") with { Policies = [Allow(From("web"))] },
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(
            Calls.Shown, "The same service of another namespace", authority => authority.Leaf(uris: ["spiffe://mesh-test/ns/other/sa/web"]),
            "Of the namespace that is allowed", authority => authority.Leaf(), "403") with { Policies = [Allow(From("web"))] },
        Attack.Of(Calls.Proven, "Plain text where a service is allowed", false, "That service", true, "403") with { Policies = [Allow(From("web"))] },
        Attack.Of(Calls.Proven, "Plain text where another service is denied", false, "Somebody proven who is not that one", true, "403") with { Policies = [Deny(From("other"))] },
        Attack.Of(Calls.Proven, "Plain text where the proven are taken", false, "Somebody proven", true, "403") with
        {
            Prepare = (_, policies) => policies.Current = Of() with { Default = AuthorizationDefault.AuthenticatedOnly },
        },
        Attack.Of(
            (app, service) => Calls.TlsAsync(app, app.Authority.Leaf(service), headers: "X-Forwarded-Client-Cert=URI=spiffe://mesh-test/ns/default/sa/web"),
            "Another service with a header that says it is the allowed one", "other", "The allowed one with that header", "web", "403") with { Policies = [Allow(From("web"))] },
        Attack.Of(Calls.From, "A forwarded address that is allowed", "127.0.0.1", "The same header, from that address", "127.0.0.2", "403") with
        {
            Policies = [Allow(new AuthorizationRule { From = [new() { IpBlocks = [IPNetwork.Parse("127.0.0.2/32")] }] })],
        },
        Attack.Of(Calls.Host, "A forwarded host that is allowed", "other.example", "The same headers, to that host", "public.example", "403") with
        {
            Policies = [Allow(new AuthorizationRule { To = [new() { Hosts = ["public.example"] }] })],
        },
    ];
}
