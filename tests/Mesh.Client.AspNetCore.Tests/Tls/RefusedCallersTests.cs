using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>Who is not let in, and that it is for the one fact that is off.</summary>
public sealed class RefusedCallersTests
{
    private static readonly TestAuthority s_stranger = new();

    private static readonly Dictionary<string, (Func<TestAuthority, X509Certificate2?> Certificate, string Reason)> s_attacks = new()
    {
        ["none"] = (_ => null, "It showed no certificate."),
        ["expired"] = (authority => authority.Leaf(fromDays: -2, toDays: -1), "Its certificate is refused: "),
        ["not yet valid"] = (authority => authority.Leaf(fromDays: 1, toDays: 2), "Its certificate is refused: "),
        ["self-signed"] = (authority => authority.Leaf(isSelfSigned: true), "Its certificate is refused: "),
        ["of another authority"] = (_ => s_stranger.Leaf(), "Its certificate is refused: "),
        ["for servers alone"] = (authority => authority.Leaf(uses: TestAuthority.ServerOnly), "Its certificate is refused: "),
        ["an authority's"] = (authority => authority.Leaf(isAuthority: true), "Its certificate is"),
        ["of one that signs others"] = (authority => authority.Leaf(usage: X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign), "Its certificate is"),
        ["of another trust domain"] = (authority => authority.Leaf(uris: ["spiffe://other/ns/default/sa/web"]), "of another trust domain"),
        ["of nobody"] = (authority => authority.Leaf(uris: []), "names nobody"),
        ["of two"] = (authority => authority.Leaf(uris: ["spiffe://mesh-test/ns/default/sa/web", "spiffe://mesh-test/ns/default/sa/admin"]), "more than one URI"),
        ["of another form"] = (authority => authority.Leaf(uris: ["spiffe://mesh-test/web"]), "not of the form"),
    };

    public static TheoryData<string, string, SslProtocols> Attacks { get; } =
    [
        .. from attack in s_attacks.Keys
           from way in ((string, SslProtocols)[])[("Permissive", SslProtocols.Tls13), ("Strict", SslProtocols.Tls12)]
           select new TheoryDataRow<string, string, SslProtocols>(attack, way.Item1, way.Item2),
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task One_is_refused_and_its_twin_is_not(string attack, string tls, SslProtocols protocols)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(tls);
        using X509Certificate2? wrong = s_attacks[attack].Certificate(app.Authority);
        using X509Certificate2 right = app.Authority.Leaf();
        using HttpClient attacker = Caller.Of(app.Authority, wrong, protocols, between: attack == "of another authority" ? s_stranger.Between : null);
        using HttpClient twin = Caller.Of(app.Authority, right, protocols);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => attacker.GetTextAsync(app.Url.Https()));

        await Eventually.Holds(() => app.App.Logs.Of("CallerRefused").Count > 0);
        Assert.Contains(s_attacks[attack].Reason, app.App.Logs.Of("CallerRefused")[0].Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Entered);
        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await twin.GetTextAsync(app.Url.Https()));
    }

    // OpenSSL may stumble over the signature before anybody is asked: what is logged differs, and not what becomes of it.
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task One_of_another_authority_that_shows_this_ones_intermediate_is_refused(SslProtocols protocols)
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using X509Certificate2 wrong = s_stranger.Leaf();
        using HttpClient attacker = Caller.Of(app.Authority, wrong, protocols);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => attacker.GetTextAsync(app.Url.Https()));

        Assert.Equal(0, app.Entered);
    }

    [Fact]
    public async Task A_client_does_not_come_back_without_its_proof()
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        caller.DefaultRequestHeaders.ConnectionClose = true;
        await caller.GetTextAsync(app.Url.Https());

        app.Identity.Current = app.Authority.Identity("catalog", new TestAuthority().Bundle);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => caller.GetTextAsync(app.Url.Https()));
        Assert.Equal(1, app.Entered);
    }
}
