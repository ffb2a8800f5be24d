using System.Net;
using System.Text.Json;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Tests.Certificates;

/// <summary>Real TLS, real streams. Of each pair one fact differs: whose identity was taken back.</summary>
public class RevocationTests
{
    [Theory]
    [InlineData("web", true)]
    [InlineData("catalog", false)]
    public async Task Whoever_is_taken_back_is_cut_off_withdrawn_and_renews_nothing(string revoked, bool isCut)
    {
        await using TestServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(await TokenAsync(server));
        using DeltaClient client = new(peer.Channel);
        await client.HelloAsync(XdsTypes.ClusterLoadAssignment, "web.default");
        using RegistryClient process = new(peer.Channel);
        await process.RegisterAsync(Messages.Registration("web", "i-1", 5001));
        await SeenAsync(server, isThere: true);
        DateTimeOffset began = peer.Certificate!.NotBefore.ToUniversalTime();

        await RevokeAsync(server, $$"""{"service":"{{revoked}}","reason":"stolen"}""");

        if (isCut)
        {
            Assert.Equal(StatusCode.PermissionDenied, await client.EndAsync());
            Assert.Equal(StatusCode.PermissionDenied, (await process.EndAsync()).StatusCode);
            using DeltaClient again = new(peer.Channel);
            await again.OfferAsync(XdsTypes.Cluster, "catalog.default");
            Assert.Equal(StatusCode.PermissionDenied, await again.EndAsync());
            Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => peer.EnrollAsync())).StatusCode);
            Assert.Contains(server.Log.GetSnapshot(), line => line.Id.Id == 185 && line.Message.Contains("stolen", StringComparison.Ordinal));
        }
        else
        {
            await peer.EnrollAsync();
            await process.KeepAliveAsync();
        }

        await SeenAsync(server, isThere: !isCut);
        RevokedIdentity told = Assert.Single(server.Server.Services.GetRequiredService<IMeshTrust>().Current.Revoked);
        Assert.Equal(revoked, told.Id.Service);
        Assert.True(began <= told.Until);

        // A new token lets in anew, even within the second, with a certificate that is believed.
        using MeshPeer anew = await PeerAsync(server);
        await anew.EnrollAsync(await TokenAsync(server));
        Assert.Equal(isCut, anew.Certificate!.NotBefore.ToUniversalTime() > told.Until);
        using DeltaClient good = new(anew.Channel);
        await good.HelloAsync(XdsTypes.ClusterLoadAssignment, "web.default");
        await good.TakenAsync();
        await anew.EnrollAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_tokens_are_refused_unless_they_are_kept(bool keep)
    {
        await using TestServer server = await StartAsync();
        string token = await TokenAsync(server);
        await RevokeAsync(server, $$"""{"service":"web","reason":"stolen","keepTokens":{{(keep ? "true" : "false")}}}""");
        using MeshPeer peer = await PeerAsync(server);
        RpcException? refusal = await Record.ExceptionAsync(() => peer.EnrollAsync(token)) as RpcException;
        Assert.Equal(keep ? null : StatusCode.Unauthenticated, refusal?.StatusCode);
    }

    [Fact]
    public async Task One_process_is_taken_back_by_its_serial_and_the_other_goes_on()
    {
        await using TestServer server = await StartAsync();
        using MeshPeer thief = await PeerAsync(server);
        using MeshPeer other = await PeerAsync(server);
        await thief.EnrollAsync(await TokenAsync(server));
        string first = thief.Certificate!.SerialNumber;
        await thief.EnrollAsync();
        await other.EnrollAsync(await TokenAsync(server));
        using DeltaClient cut = new(thief.Channel);
        using DeltaClient open = new(other.Channel);
        await cut.HelloAsync(XdsTypes.Cluster, "web.default");
        await open.HelloAsync(XdsTypes.Cluster, "web.default");
        await cut.TakenAsync();
        await RevokeAsync(server, $$"""{"serial":"{{first}}","reason":"lost"}""");
        Assert.Equal(StatusCode.PermissionDenied, await cut.EndAsync());
        await Assert.ThrowsAsync<RpcException>(() => thief.EnrollAsync());
        await other.EnrollAsync();
        Assert.Empty(server.Server.Services.GetRequiredService<IMeshTrust>().Current.Revoked);
    }

    [Fact]
    public async Task A_lock_is_seen_and_undone_and_what_was_taken_back_is_not()
    {
        await using TestServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        using MeshPeer copy = await PeerAsync(server);
        await peer.EnrollAsync(await TokenAsync(server));
        copy.Show(peer.Certificate!, peer.Above);
        await peer.EnrollAsync();
        await peer.EnrollAsync();
        await Assert.ThrowsAsync<RpcException>(() => copy.EnrollAsync());
        await Assert.ThrowsAsync<RpcException>(() => peer.EnrollAsync());
        JsonElement locked = await MemberAsync(server);
        Assert.Equal("locked", locked.GetProperty("state").GetString());
        Assert.Contains("after a newer one had been in use", locked.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains(server.Log.GetSnapshot(), line => line.Id.Id == 187);

        string id = locked.GetProperty("instance").GetString()!;
        (await server.Send("POST", $"/api/v1/identities/{id}/unlock")).IsOk();
        Assert.Equal("active", (await MemberAsync(server)).GetProperty("state").GetString());
        await peer.EnrollAsync();

        await RevokeAsync(server, $$"""{"instance":"{{id}}","reason":"lost"}""");
        Assert.Equal("revoked", (await MemberAsync(server)).GetProperty("state").GetString());
        (await server.Send("POST", $"/api/v1/identities/{id}/unlock")).IsProblem(HttpStatusCode.BadRequest, "which nothing undoes");
    }

    [Theory]
    [InlineData("""{"service":"web"}""", "reason")]
    [InlineData("""{"reason":"x"}""", "Exactly one of")]
    [InlineData("""{"reason":"x","service":"web","serial":"1"}""", "Exactly one of")]
    [InlineData("""{"reason":"x","service":"config-server","namespace":"Mesh-System"}""", "the mesh's own")]
    public async Task What_cannot_be_taken_back_is_told(string body, string expected)
    {
        await using TestServer server = await StartAsync();
        (await server.Send("POST", "/api/v1/identities/revoke", body)).IsProblem(HttpStatusCode.BadRequest, expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streams_of_a_retired_root_end_and_its_owner_comes_back_by_a_token(bool isRetired)
    {
        await using TestServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(await TokenAsync(server));
        using DeltaClient client = new(peer.Channel);
        await client.HelloAsync(XdsTypes.Cluster, "web.default");
        await client.TakenAsync();
        await RotateAsync(server, "begin");
        if (!isRetired)
        {
            await peer.EnrollAsync();
            return;
        }

        await RotateAsync(server, "retireNow");
        Assert.Equal(StatusCode.PermissionDenied, await client.EndAsync());

        // One that was away trusts the old root alone: it does not believe the server, and sends it nothing.
        using MeshPeer away = new(server.Server.Addresses.XdsTls!, peer.Bundle);
        RpcException unbelieved = await Assert.ThrowsAsync<RpcException>(() => away.EnrollAsync("aaaaaaaaaaaa.x"));
        Assert.IsType<System.Security.Authentication.AuthenticationException>(unbelieved.Status.DebugException!.GetBaseException());
        using MeshPeer anew = await PeerAsync(server);
        await anew.EnrollAsync(await TokenAsync(server));
        Assert.NotEqual(peer.Bundle.Roots[0].Thumbprint, anew.Bundle.Roots[0].Thumbprint);
    }

    [Fact]
    public async Task The_root_changes_under_renewals_and_nobody_loses_anything()
    {
        await using TestServer server = await StartAsync(TimeSpan.Zero);
        string early = await TokenAsync(server);
        TrustBundle old = await MeshPeer.FetchBundleAsync($"https://{server.Server.Addresses.XdsTls}");
        MeshPeer[] peers = [await PeerAsync(server), await PeerAsync(server), await PeerAsync(server)];
        foreach (MeshPeer peer in peers)
        {
            await peer.EnrollAsync(await TokenAsync(server));
        }

        CaRotation rotation = server.Server.Services.GetRequiredService<CaRotation>();
        await RotateAsync(server, "begin");
        Assert.Equal(3, rotation.Status.Behind.Count);
        await RenewAsync(peers, 4);
        Assert.Empty(rotation.Status.Behind);
        rotation.Step();
        await RenewAsync(peers, 4);

        // A token of the old root still leads to the server: the new one is vouched for by it.
        using (MeshPeer late = new(server.Server.Addresses.XdsTls!, new TrustBundle(old.TrustDomain, [], old.Roots)))
        {
            await late.EnrollAsync(early);
        }

        await RotateAsync(server, "retireNow");
        await RenewAsync(peers, 2);
        Assert.All(peers, peer => Assert.DoesNotContain(old.Roots[0].Thumbprint, peer.Bundle.Roots.Select(root => root.Thumbprint)));
        Answer audit = (await server.Send("GET", "/api/v1/audit/certificates?verify=true")).IsOk();
        Assert.Equal(JsonValueKind.Null, audit.Json.GetProperty("fault").ValueKind);
        Array.ForEach(peers, peer => peer.Dispose());
    }

    private static async Task RenewAsync(MeshPeer[] peers, int times)
    {
        for (int i = 0; i < times; i++)
        {
            foreach (MeshPeer peer in peers)
            {
                await peer.EnrollAsync();
                await peer.RefreshBundleAsync();
            }
        }
    }

    private static Task<TestServer> StartAsync(TimeSpan? wait = null) => TestServer.StartAsync(
        options => options.XdsTls = "127.0.0.1:0", isDevelopment: false,
        adapt: settings => settings with { Authority = settings.Authority with { RotationWait = wait ?? settings.Authority.RotationWait } });

    private static async Task<MeshPeer> PeerAsync(TestServer server) => new(
        server.Server.Addresses.XdsTls!, await MeshPeer.FetchBundleAsync($"https://{server.Server.Addresses.XdsTls}"));

    private static async Task<string> TokenAsync(TestServer server)
    {
        string text = (await server.Send("POST", "/api/v1/tokens", """{"service":"web"}""")).Json.GetProperty("text").GetString()!;
        return text[..text.LastIndexOf('.')];
    }

    private static async Task RevokeAsync(TestServer server, string body) => (await server.Send("POST", "/api/v1/identities/revoke", body)).IsOk();

    private static async Task RotateAsync(TestServer server, string action) =>
        (await server.Send("POST", "/api/v1/ca/rotation", $$"""{"action":"{{action}}"}""")).IsOk();

    private static async Task<JsonElement> MemberAsync(TestServer server) =>
        Assert.Single((await server.Send("GET", "/api/v1/identities")).IsOk().Json.GetProperty("identities").EnumerateArray());

    private static async Task SeenAsync(TestServer server, bool isThere)
    {
        bool isSeen = !isThere;
        for (int i = 0; i < 1000 && isSeen != isThere; i++)
        {
            isSeen = (await server.Send("GET", "/api/v1/endpoints")).Text.Contains("127.0.0.1:5001", StringComparison.Ordinal);
        }

        Assert.Equal(isThere, isSeen);
    }
}
