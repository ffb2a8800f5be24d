using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Callers that have not proven who they are.</summary>
internal static class CertificateAttacks
{
    private const string Right = "The same, of a workload of this mesh";

    private static readonly TestAuthority s_stranger = new();

    public static IEnumerable<Attack> All =>
    [
        Shown("No certificate", _ => null),
        Shown("An expired certificate", authority => authority.Leaf(fromDays: -2, toDays: -1)),
        Shown("A certificate of tomorrow", authority => authority.Leaf(fromDays: 1, toDays: 2)),
        Shown("A self-signed certificate", authority => authority.Leaf(isSelfSigned: true)),
        Shown("The right chain and another trust domain", authority => authority.Leaf(uris: ["spiffe://other/ns/default/sa/web"])),
        Shown("The right chain and a URI that is no workload's", authority => authority.Leaf(uris: ["spiffe://mesh-test/web"])),
        Shown("The right chain and a web address in place of an identity", authority => authority.Leaf(uris: ["https://mesh-test/ns/default/sa/web"])),
        Shown("Two URIs in one certificate", authority => authority.Leaf(uris: ["spiffe://mesh-test/ns/default/sa/web", "spiffe://mesh-test/ns/default/sa/admin"])),
        Shown("A certificate that names nobody", authority => authority.Leaf(uris: [])),
        Shown("A DNS name in place of a URI", authority => authority.Leaf(uris: [], dns: "web.default.svc")),
        Shown("An authority's certificate", authority => authority.Leaf(isAuthority: true)),
        Shown("A certificate that may sign others", authority => authority.Leaf(usage: X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign)),
        Shown("A certificate for servers alone", authority => authority.Leaf(uses: TestAuthority.ServerOnly)),
        Attack.Of(
            (app, from) => Calls.TlsAsync(app, from(app).Leaf(), from(app).Between),
            "A certificate of another root", new Func<MeshedApp, TestAuthority>(_ => s_stranger), "The same, of this mesh's root", app => app.Authority, Attack.NoAnswer, "CallerRefused"),
        Attack.Of(
            SignedByAsync, "A certificate signed by a workload's", true, "The same, signed by the authority", false, Attack.NoAnswer, "CallerRefused"),
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(Calls.Shown, "A revoked identity", authority => authority.Leaf(fromDays: -3), "The same, with a certificate from after that", authority => authority.Leaf(), Attack.NoAnswer, "CallerRefused") with
        {
            Prepare = (_, policies) => policies.Current = TestPolicies.Of() with { Revoked = [new(new("mesh-test", "default", "web"), DateTimeOffset.UtcNow.AddDays(-2))] },
        },
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(
            Calls.Shown, "A trust domain that is nearly an alias", authority => authority.Leaf(uris: ["spiffe://mesh-older/ns/default/sa/web"]),
            "One that is", authority => authority.Leaf(uris: ["spiffe://mesh-old/ns/default/sa/web"]), Attack.NoAnswer, "CallerRefused") with
        {
            Prepare = (app, _) => app.Identity.Current = app.Authority.Identity("catalog", new TrustBundle(TestAuthority.TrustDomain, ["mesh-old"], [app.Authority.Root])),
        },
        Attack.Of(Calls.Proven, "Plain text where TLS alone is taken", false, "TLS", true, Attack.NoAnswer, "PlainTextRefused") with { Settings = MeshedApp.Settings("Strict") },
    ];

    private static Attack Shown(string name, Func<TestAuthority, X509Certificate2?> certificate) =>
        Attack.Of<Func<TestAuthority, X509Certificate2?>>(Calls.Shown, name, certificate, Right, authority => authority.Leaf(), Attack.NoAnswer, "CallerRefused");

    private static Task<string> SignedByAsync(MeshedApp app, bool isByWorkload)
    {
        X509Certificate2 other = app.Authority.Leaf("other");
        return Calls.TlsAsync(app, app.Authority.Leaf(signer: isByWorkload ? other : null), [other, .. app.Authority.Between]);
    }
}
