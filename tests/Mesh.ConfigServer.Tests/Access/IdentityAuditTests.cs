using System.Net;
using System.Text.Json;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Certificates;
using Mesh.ConfigServer.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>The audit has what becomes of identities and of the root. Of each pair one fact differs: whether it was refused.</summary>
public class IdentityAuditTests
{
    private const string Revoke = "/api/v1/identities/revoke";
    private const string Rotation = "/api/v1/ca/rotation";

    [Theory]
    [InlineData("admin", null)]
    [InlineData("editor", "403: This takes the role admin")]
    public async Task Who_takes_an_identity_back_is_recorded_with_all_that_goes_with_it(string role, string? refusal)
    {
        await using GuardedServer server = await StartAsync();
        (string id, string join) = await TokenAsync(server);
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(join);
        string process = (await MemberAsync(server)).GetProperty("instance").GetString()!;
        string created = Change(await LastAsync(server), 0, "after")!;

        Answer answer = await server.SendAs(await server.TokenAsync(role, "ops"), "POST", Revoke, """{"service":"web","reason":"stolen"}""", ("Mesh-Author", "ann"));

        JsonElement record = await LastAsync(server);
        Assert.Equal(("ops", "ann", "identities"), (Text(record, "by"), Text(record, "claimed"), Text(record, "kind")));
        Assert.Equal(refusal is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.Status);
        if (refusal is not null)
        {
            Assert.Equal("POST /identities/revoke", Text(record, "action")!.Replace("/api/v1", "", StringComparison.Ordinal));
            Assert.StartsWith(refusal, Text(record, "refusal"), StringComparison.Ordinal);
            Assert.Equal("active", (await MemberAsync(server)).GetProperty("state").GetString());
            return;
        }

        Assert.Equal(("revoke", null), (Text(record, "action"), Text(record, "refusal")));
        Assert.Equal(
            ["identity web.default", $"process {process} of web.default", $"token {id} of web.default"],
            record.GetProperty("changes").EnumerateArray().Select(change => Text(change, "target")));
        Assert.Null(Change(record, 0, "before"));
        Assert.NotEqual(Change(record, 1, "before"), Change(record, 1, "after"));
        Assert.NotEqual(created, Change(record, 2, "after"));

        // What the token was is what the record of its making says.
        Assert.Equal(created, Change(record, 2, "before"));
    }

    [Fact]
    public async Task A_process_that_is_locked_unlocked_and_taken_back_is_recorded_each_time()
    {
        await using GuardedServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        using MeshPeer copy = await PeerAsync(server);
        await peer.EnrollAsync((await TokenAsync(server)).Text);
        copy.Show(peer.Certificate!, peer.Above);
        await peer.EnrollAsync();
        await peer.EnrollAsync();
        await Assert.ThrowsAsync<RpcException>(() => copy.EnrollAsync());
        string process = (await MemberAsync(server)).GetProperty("instance").GetString()!;
        JsonElement locked = await LastAsync(server);
        Assert.Equal(("mesh", "lock", $"process {process} of web.default"), (Text(locked, "by"), Text(locked, "action"), Change(locked, 0, "target")));
        Assert.Equal("127.0.0.1", Text(locked, "address"));

        string unlock = $"/api/v1/identities/{process}/unlock";
        (await server.SendAs(server.Admin, "POST", unlock)).IsOk();
        JsonElement unlocked = await LastAsync(server);
        Assert.Equal(("unlock", Change(locked, 0, "after")), (Text(unlocked, "action"), Change(unlocked, 0, "before")));
        Assert.Equal(Change(locked, 0, "before"), Change(unlocked, 0, "after"));

        // There is nothing left to unlock, and nothing to record.
        (await server.SendAs(server.Admin, "POST", unlock)).IsOk();
        Assert.Equal(unlocked.GetRawText(), (await LastAsync(server)).GetRawText());

        (await server.SendAs(server.Admin, "POST", Revoke, $$"""{"instance":"{{process}}","reason":"lost"}""")).IsOk();
        JsonElement revoked = await LastAsync(server);
        Assert.Equal(("revoke", $"process {process} of web.default"), (Text(revoked, "action"), Change(revoked, 0, "target")));
        (await server.SendAs(server.Admin, "POST", unlock)).IsProblem(HttpStatusCode.BadRequest, "which nothing undoes");
        JsonElement refused = await LastAsync(server);
        Assert.Equal($"instance={process}", Change(refused, 0, "target"));
        Assert.StartsWith("400: ", Text(refused, "refusal"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_is_taken_back_with_its_record_or_not_at_all()
    {
        await using GuardedServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync((await TokenAsync(server)).Text);
        SqliteDatabase database = server.Server.Server.Services.GetRequiredService<SqliteDatabase>();
        database.Write(connection => connection.Execute("ALTER TABLE audit RENAME TO away"));
        (await server.SendAs(server.Admin, "POST", Revoke, """{"service":"web","reason":"stolen"}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "audit");
        database.Write(connection => connection.Execute("ALTER TABLE away RENAME TO audit"));
        Assert.Equal("active", (await MemberAsync(server)).GetProperty("state").GetString());
        Assert.Empty(server.Server.Server.Services.GetRequiredService<Revocations>().Current);
        await peer.EnrollAsync();
    }

    [Fact]
    public async Task Each_step_of_the_root_is_recorded_and_so_is_one_that_is_refused()
    {
        await using GuardedServer server = await StartAsync();
        string trust = server.Server.Server.Services.GetRequiredService<CertificateAuthority>().Bundle.TrustDomain;
        JsonElement begun = await RotateAsync(server, "begin");
        Assert.Equal(("ca", "begin", $"authority {trust}"), (Text(begun, "kind"), Text(begun, "action"), Change(begun, 0, "target")));
        Assert.Equal((server.Admin.Split('.')[1], null), (Text(begun, "token"), Text(begun, "refusal")));
        Assert.NotEqual(Change(begun, 0, "before"), Change(begun, 0, "after"));

        (await server.SendAs(server.Admin, "POST", Rotation, """{"action":"begin"}""")).IsProblem(HttpStatusCode.Conflict, "already");
        JsonElement refused = await LastAsync(server);
        Assert.Equal("ca", Text(refused, "kind"));
        Assert.StartsWith("409: ", Text(refused, "refusal"), StringComparison.Ordinal);

        // What the server does by itself is its own.
        server.Server.Server.Services.GetRequiredService<CaRotation>().Step();
        JsonElement used = await LastAsync(server);
        Assert.Equal(("mesh", "use", Change(begun, 0, "after")), (Text(used, "by"), Text(used, "action"), Change(used, 0, "before")));
        Assert.Equal(("abort", Change(used, 0, "after")), (Text(await RotateAsync(server, "abort"), "action"), Change(await LastAsync(server), 0, "before")));
        Assert.Equal("retireNow", Text(await RotateAsync(server, "retireNow"), "action"));
        (await server.SendAs(server.Admin, "POST", Rotation, """{"action":"abort"}""")).IsProblem(HttpStatusCode.Conflict, "not being changed");
        Assert.StartsWith("409: ", Text(await LastAsync(server), "refusal"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_of_the_root_that_fails_is_recorded_as_failed(bool fails)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A folder that is a file's name.");
        await using GuardedServer server = await StartAsync();
        string folder = server.Server.Server.Services.GetRequiredService<CertificateAuthority>().Place;
        if (fails)
        {
            // The first thing that a new root needs cannot be made there.
            await File.WriteAllTextAsync(Path.Combine(folder, "root-1"), "", TestContext.Current.CancellationToken);
        }

        Answer answer = await server.SendAs(server.Admin, "POST", Rotation, """{"action":"begin"}""");

        JsonElement record = await LastAsync(server);
        Assert.Equal(fails ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, answer.Status);
        Assert.Equal("begin", Text(record, "action"));
        Assert.Equal(fails, Text(record, "refusal")?.Contains("root-1", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task That_the_audit_has_no_record_of_the_root_is_told()
    {
        await using GuardedServer server = await StartAsync();
        SqliteDatabase database = server.Server.Server.Services.GetRequiredService<SqliteDatabase>();
        database.Write(connection => connection.Execute("ALTER TABLE audit RENAME TO away"));
        (await server.SendAs(server.Admin, "POST", Rotation, """{"action":"begin"}"""))
            .IsProblem(HttpStatusCode.ServiceUnavailable, "The root's change is done, and the audit cannot have it");
        database.Write(connection => connection.Execute("ALTER TABLE away RENAME TO audit"));
        Assert.Equal("abort", Text(await RotateAsync(server, "abort"), "action"));
    }

    private static async Task<GuardedServer> StartAsync() => new(await TestServer.StartAsync(
        options => (options.XdsTls, options.RequireAccessTokens, options.AdminTokenFile) = ("127.0.0.1:0", true, "admin.token"), isDevelopment: false,
        adapt: settings => settings with { Authority = settings.Authority with { RotationWait = TimeSpan.Zero } }));

    private static async Task<MeshPeer> PeerAsync(GuardedServer server)
    {
        string address = server.Server.Server.Addresses.XdsTls!;
        return new MeshPeer(address, await MeshPeer.FetchBundleAsync($"https://{address}"));
    }

    private static async Task<(string Id, string Text)> TokenAsync(GuardedServer server)
    {
        JsonElement made = (await server.SendAs(server.Admin, "POST", "/api/v1/tokens", """{"service":"web"}""")).Json;
        string text = Text(made, "text")!;
        return (Text(made.GetProperty("token"), "id")!, text[..text.LastIndexOf('.')]);
    }

    private static async Task<JsonElement> MemberAsync(GuardedServer server) =>
        Assert.Single((await server.SendAs(server.Admin, "GET", "/api/v1/identities")).IsOk().Json.GetProperty("identities").EnumerateArray());

    private static async Task<JsonElement> RotateAsync(GuardedServer server, string action)
    {
        (await server.SendAs(server.Admin, "POST", Rotation, $$"""{"action":"{{action}}"}""")).IsOk();
        return await LastAsync(server);
    }

    private static async Task<JsonElement> LastAsync(GuardedServer server) =>
        (await server.SendAs(server.Admin, "GET", "/api/v1/audit?limit=1")).IsOk().Json.GetProperty("records")[0];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string? Change(JsonElement record, int number, string what) => Text(record.GetProperty("changes")[number], what);
}
