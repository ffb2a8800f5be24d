using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>What a bootstrap says of certificates and tokens.</summary>
public sealed class ForeignTlsTests : IDisposable
{
    private const string Impatient = """{ "ConfigServer": { "FirstCallTimeout": "50ms" }, "Outbound": { "UnknownHosts": "Deny" } }""";

    private readonly PemFolder _folder = new();
    private readonly TestAuthority _servers = new("servers");
    private readonly TestAuthority _clients = new("clients");

    public void Dispose()
    {
        _folder.Dispose();
        _servers.Dispose();
        _clients.Dispose();
    }

    [Fact]
    public async Task A_server_that_wants_certificates_is_shown_ours_as_its_file_is_at_the_time()
    {
        using X509Certificate2 certificate = _servers.Issue("localhost");
        using X509Certificate2 first = _clients.Issue("web", isClients: true);
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync(certificate: certificate, callers: _clients);
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        Write(_servers, first);
        await using TestMesh mesh = await ForeignMesh.StartAsync(Bootstrap(server));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(first.Thumbprint, server.Open.Single().Caller);

        // Both sides go over to other authorities.
        using TestAuthority newServers = new("new servers");
        using TestAuthority newClients = new("new clients");
        using X509Certificate2 renewed = newServers.Issue("localhost");
        using X509Certificate2 second = newClients.Issue("web", isClients: true);
        (server.Certificate, server.Callers) = (renewed, newClients);
        Write(newServers, second);
        server.Open.Single().End();
        await Eventually.Holds(() => server.Open.Any(stream => stream.Caller == second.Thumbprint));
        await server.PutAsync(Foreign.Endpoints("endpoints-c", two.Address));
        await mesh.Client().ComesToGet("two", "http://catalog/");
        Assert.Equal(0, mesh.Logged("ConfigServerLost"));
    }

    [Fact]
    public async Task A_server_that_wants_certificates_and_is_shown_none_or_a_strangers_is_lost()
    {
        using X509Certificate2 certificate = _servers.Issue("localhost");
        using X509Certificate2 stranger = _servers.Issue("web", isClients: true);
        await using SotwServer server = await SotwServer.StartAsync(certificate: certificate, callers: _clients);
        Write(_servers, stranger);
        foreach (string bootstrap in new[] { Bootstrap(server), Bootstrap(server, "\"ca_certificate_file\": \"" + _folder.PathOf("ca.pem") + "\"") })
        {
            await using TestMesh mesh = await ForeignMesh.StartAsync(bootstrap, Impatient);

            Assert.Equal(MeshFailureReason.ConfigServerSilent, await FailureOf(mesh));
            await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
            Assert.Contains($"https://localhost:{server.Port}", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        }

        Assert.Empty(server.Streams);
    }

    [Theory]
    [InlineData("another authority")]
    [InlineData("another name")]
    [InlineData("plain text")]
    public async Task A_server_that_is_not_the_one_meant_is_not_followed_and_the_log_names_it(string how)
    {
        using X509Certificate2 client = _clients.Issue("web", isClients: true);
        using X509Certificate2 certificate = how == "another name" ? _servers.Issue("other") : _clients.Issue("localhost");
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync(certificate: how == "plain text" ? null : certificate);
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        Write(_servers, client);
        await using TestMesh mesh = await ForeignMesh.StartAsync(Bootstrap(server), Impatient);

        Assert.Equal(MeshFailureReason.ConfigServerSilent, await FailureOf(mesh));

        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        string message = mesh.Message("ConfigServerLost");
        Assert.Contains($"https://localhost:{server.Port}", message, StringComparison.Ordinal);
        Assert.Contains(
            how switch
            {
                "another authority" => "Its certificate is refused: ",
                "another name" => "it is not for 'localhost', but for 'other'",
                _ => "SSL",
            },
            message,
            StringComparison.Ordinal);
        Assert.Empty(server.Streams);
        Assert.Null(mesh.Mesh.Describe().ConfigServer!.Address);
    }

    [Fact]
    public async Task A_certificate_that_is_damaged_later_is_named_and_what_was_known_stays_in_force_until_it_is_mended()
    {
        using X509Certificate2 certificate = _servers.Issue("localhost");
        using X509Certificate2 client = _clients.Issue("web", isClients: true);
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync(certificate: certificate, callers: _clients);
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        Write(_servers, client);
        await using TestMesh mesh = await ForeignMesh.StartAsync(Bootstrap(server));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        string key = _folder.Write("key.pem", "no key");
        server.Open.Single().End();
        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Contains(key, mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        Write(_servers, client);
        await Eventually.Holds(() => server.Open.Any());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" \n")]
    public async Task A_token_that_is_not_there_is_told_of_and_nothing_is_sent_without_it(string? text)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync(socket: _folder.PathOf("XDS"));
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        string token = text is null ? _folder.PathOf("token") : _folder.Write("token", text);
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address], more: $$"""
            "channel_creds": [{ "type": "insecure" }],
            "call_creds": [{ "type": "odd" }, { "type": "jwt_token_file", "config": { "jwt_token_file": "{{token}}" } }]
            """));
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Contains(token, mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.Empty(server.Streams);

        _folder.Write("token", "mine");
        Assert.Equal("one", await call.InTime());
        Assert.Equal("Bearer mine", server.Open.Single().Authorization);
    }

    [Fact]
    public async Task Plain_text_to_another_machine_is_warned_of()
    {
        await using SotwServer server = await SotwServer.StartAsync();
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([server.Address, "xds.invalid:15010"]));

        await Eventually.Holds(() => mesh.Logged("XdsServerInPlainText") == 1);

        Assert.Contains("from http://xds.invalid:15010:", mesh.Message("XdsServerInPlainText"), StringComparison.Ordinal);
    }

    private void Write(TestAuthority servers, X509Certificate2 client)
    {
        _folder.Write("ca.pem", servers.Pem);
        _folder.Write("client.pem", client.ExportCertificatePem());
        _folder.WriteKey("key.pem", client);
    }

    private string Bootstrap(SotwServer server, string? files = null) => ForeignMesh.Bootstrap(
        [$"localhost:{server.Port}"],
        more: $$"""
            "channel_creds": [{ "type": "google_default" }, { "type": "tls", "config": {
              {{files ?? $"""
                "ca_certificate_file": "{_folder.PathOf("ca.pem")}", "certificate_file": "{_folder.PathOf("client.pem")}", "private_key_file": "{_folder.PathOf("key.pem")}"
                """}} } }]
            """);

    private static async Task<MeshFailureReason> FailureOf(TestMesh mesh) =>
        (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/")).InTime()).Reason;
}
