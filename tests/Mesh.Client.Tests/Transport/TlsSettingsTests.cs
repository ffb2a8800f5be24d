using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Transport;

/// <summary>What a service's <c>Tls</c> and an endpoint's ask for: calls over TLS, authorities, names, a certificate of our own.</summary>
public sealed class TlsSettingsTests : IDisposable
{
    private static readonly Uri s_plain = new("http://catalog/items");

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new("stranger");
    private readonly PemFolder _files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("http://catalog/items", "1.1")]
    [InlineData("http://catalog/items", "2.0")]
    [InlineData("https://catalog/items", "2.0")]
    [InlineData("http://catalog:8080/items", "2.0")]
    public async Task Simple_takes_every_call_over_TLS(string address, string version)
    {
        await using Backend backend = await Secure(_authority.Issue("catalog"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));
        using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal("https", await response.Content.ReadAsStringAsync(Cancel));
        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal(new Uri(address).Authority, seen.Host);
        Assert.Equal(new Uri(address), request.RequestUri);
        Assert.Equal(new Version(version), response.Version);
    }

    [Fact]
    public async Task A_synchronous_call_goes_over_TLS_too()
    {
        await using Backend backend = await Secure(_authority.Issue("catalog"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));
        using HttpRequestMessage request = new(HttpMethod.Get, s_plain);

        using HttpResponseMessage response = mesh.Client().Send(request, Cancel);

        Assert.Equal("https", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Of_the_endpoints_each_may_have_a_mode_of_its_own()
    {
        await using Backend secure = await Secure(_authority.Issue("catalog"));
        await using Backend plain = await Backend.StartAsync("plain", SayScheme);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog",
            $$"""
            "LoadBalancing": { "Policy": "RoundRobin" },
            "Endpoints": ["{{secure.Address}}", { "Address": "{{plain.Address}}", "Tls": "Disabled" }],
            "Tls": { "CaCertificates": {{Trusted()}} }
            """)));

        string[] schemes = [await Get(mesh), await Get(mesh), await Get(mesh), await Get(mesh)];

        Assert.Equal(["http", "http", "https", "https"], schemes.Order());
    }

    [Fact]
    public async Task An_attempt_over_TLS_does_not_decide_on_the_next()
    {
        await using Backend secure = await Backend.StartAsync("secure", Fail, http2: true, tls: true, certificate: TestCertificates.Catalog);
        await using Backend plain = await Backend.StartAsync("plain", SayScheme);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog",
            $$"""
            "LoadBalancing": { "Policy": "RoundRobin" },
            "Endpoints": [{ "Address": "{{secure.Address}}", "Tls": "Simple" }, "http://{{plain.Address}}"]
            """)));

        Assert.Equal("http", await Get(mesh));
        Assert.Equal("http", await Get(mesh));
        Assert.NotEqual(0, secure.Count);
    }

    [Theory]
    [InlineData("\"Sni\": \"shop.example\"", "shop.example")]
    [InlineData("\"SubjectAltNames\": [\"other\", \"spiffe://mesh/ns/default/sa/catalog\"]", "spiffe://mesh/ns/default/sa/catalog")]
    [InlineData("\"SubjectAltNames\": [\"a.shop.example\"]", "*.shop.example")]
    public async Task The_name_in_the_certificate_is_the_one_that_is_asked_for(string settings, string host)
    {
        await using Backend backend = await Secure(_authority.Issue(host));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, $"{Trusting()}, {settings}"));

        Assert.Equal("https", await Get(mesh));
    }

    [Theory]
    [InlineData("", "orders", "it is not for 'catalog', but for 'orders'")]
    [InlineData("\"Sni\": \"shop.example\"", "catalog", "it is not for 'shop.example', but for 'catalog'")]
    [InlineData("\"SubjectAltNames\": [\"spiffe://mesh/a\"]", "catalog", "it is not for any of 'spiffe://mesh/a', but for 'catalog'")]
    [InlineData("\"SubjectAltNames\": [\"b.a.shop.example\"]", "*.shop.example", "it is not for any of 'b.a.shop.example', but for '*.shop.example'")]
    [InlineData("\"SubjectAltNames\": [\"spiffe://mesh/A\"]", "spiffe://mesh/a", "it is not for any of 'spiffe://mesh/A', but for 'spiffe://mesh/a'")]
    public async Task A_certificate_for_another_name_is_refused(string settings, string host, string reason)
    {
        await using Backend backend = await Secure(_authority.Issue(host));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, settings.Length == 0 ? Trusting() : $"{Trusting()}, {settings}"));

        await Refused(mesh, backend, reason);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        await using Backend backend = await Secure(_authority.Issue("catalog", daysLeft: -1));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));

        await Refused(mesh, backend, "Its certificate is refused:");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using Backend backend = await Secure(_stranger.Issue("catalog"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));

        await Refused(mesh, backend, "Its certificate is refused:");
    }

    [Fact]
    public async Task With_authorities_named_those_of_the_system_do_not_count()
    {
        await using Backend backend = await Secure(TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));

        await Refused(mesh, backend, "Its certificate is refused:");
    }

    [Fact]
    public async Task Without_authorities_named_those_of_the_system_count()
    {
        await using Backend backend = await Secure(TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, "\"Mode\": \"Simple\""));

        Assert.Equal("https", await Get(mesh));
    }

    [Fact]
    public async Task A_certificate_for_callers_is_none_for_servers()
    {
        using X509Certificate2 certificate = _authority.Issue("catalog", isClients: true);
        await using RawServer server = RawServer.Start(async connection =>
        {
            await using SslStream secure = new(connection.Stream);
            await secure.AuthenticateAsServerAsync(certificate);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"\"Tls\": {{ {Trusting()} }}", server.Address));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => Get(mesh));

        Assert.Contains("Its certificate is refused:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_is_refused_and_never_called_in_plain_text()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));

        await Refused(mesh, backend, $"TLS with {backend.Address} failed.");
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "\"Mode\": \"Mutual\", ")]
    public async Task Mutual_shows_the_certificate_in_the_files(bool hasKeyFile, string mode)
    {
        X509Certificate2 ours = _authority.Issue("web", isClients: true);
        await using Backend backend = await Secure(_authority.Issue("catalog"), _authority);
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, $"{mode}{Trusting()}, {Showing(ours, hasKeyFile)}"));

        Assert.Equal("https", await Get(mesh));
    }

    [Theory]
    [InlineData("\"Mode\": \"Simple\", ")]
    [InlineData("")]
    public async Task A_server_that_asks_for_a_certificate_refuses_callers_without_a_good_one(string mode)
    {
        X509Certificate2 ours = _stranger.Issue("web", isClients: true);
        await using Backend backend = await Secure(_authority.Issue("catalog"), _authority);
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, $"{mode}{Trusting()}, {Showing(ours, hasKeyFile: true)}"));

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_plain, Cancel));
        Assert.Equal(0, backend.Count);
    }

    [Fact]
    public async Task An_endpoint_with_Simple_is_shown_no_certificate_where_the_service_has_Mutual()
    {
        X509Certificate2 ours = _authority.Issue("web", isClients: true);
        await using Backend backend = await Secure(_authority.Issue("catalog"), _authority);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog",
            $$"""
            "Endpoints": [{ "Address": "{{backend.Address}}", "Tls": "Simple" }],
            "Tls": { {{Trusting()}}, {{Showing(ours, hasKeyFile: true)}} }
            """)));

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_plain, Cancel));
        Assert.Equal(0, backend.Count);
    }

    [Fact]
    public async Task TLS_stays_while_the_mesh_is_switched_off()
    {
        await using Backend backend = await Secure(_authority.Issue("catalog"));
        string rules = WithTls(backend, Trusting());
        await using TestMesh mesh = await TestMesh.StartAsync(rules.Insert(1, "\"Enabled\": false, "));

        Assert.Equal("https", await Get(mesh));
    }

    [Fact]
    public async Task Defaults_secure_services_that_are_only_discovered()
    {
        await using Backend backend = await Secure(_authority.Issue("catalog"));
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(backend.Address);
        await using TestMesh mesh = await TestMesh.StartAsync($$"""{ "Defaults": { "Tls": { {{Trusting()}} } } }""", discovery.AddTo);

        Assert.Equal("https", await Get(mesh));
    }

    [Fact]
    public async Task Of_endpoints_discovered_with_both_schemes_those_with_https_are_called()
    {
        await using Backend secure = await Secure(_authority.Issue("catalog"));
        await using Backend plain = await Backend.StartAsync("plain", SayScheme);
        FakeDiscovery discovery = new();
        discovery["catalog"].Have("http://" + plain.Address, "https://" + secure.Address);
        await using TestMesh mesh = await TestMesh.StartAsync(
            $$"""{ "Defaults": { "LoadBalancing": { "Policy": "RoundRobin" }, "Tls": { {{Trusting()}} } } }""", discovery.AddTo);
        for (int call = 0; call < 4; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, s_plain);
            request.Options.Set(MeshRequestOptions.Retry, false);
            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

            Assert.Equal("https", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(0, plain.Count);
    }

    [Fact]
    public async Task While_discovery_is_silent_nothing_is_called_in_plain_text()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
        FakeDiscovery discovery = new();
        await using Backend plain = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync($$"""{ "Defaults": { "Tls": { {{Trusting()}} } } }""", builder =>
        {
            discovery.AddTo(builder);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPEndPoint.Parse(plain.Address), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            });
        });
        TaskCompletionSource held = discovery["catalog"].Hold();
        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_plain, Cancel);
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);

        time.Advance(TimeSpan.FromSeconds(1));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => call.InTime());
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Equal(0, plain.Count);
        held.SetResult();
    }

    [Fact]
    public async Task A_path_stays_as_it_was_written()
    {
        await using Backend backend = await Backend.StartAsync(
            "secure", context => context.Response.WriteAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget), tls: true, certificate: _authority.Issue("catalog"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()));
        UriCreationOptions asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

        Assert.Equal("/a/%2e%2e/b%41?x=%41", await mesh.Client().GetStringAsync(new Uri("http://catalog/a/%2e%2e/b%41?x=%41", asWritten), Cancel));
    }

    [Fact]
    public async Task What_the_application_asks_of_certificates_it_still_asks_with_authorities_named()
    {
        await using Backend backend = await Secure(_authority.Issue("catalog"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, Trusting()), builder => builder.AddServiceMesh(configured =>
            configured.ConfigureTransport((_, handler) => handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                ApplicationPolicy = { new Oid("1.2.3.4") },
            })));

        await Refused(mesh, backend, "Its certificate is refused:");
    }

    [Fact]
    public async Task A_callback_of_the_application_is_told_what_was_found_and_has_the_last_word()
    {
        SslPolicyErrors? told = null;
        await using Backend backend = await Secure(_authority.Issue("orders"));
        await using TestMesh mesh = await TestMesh.StartAsync(WithTls(backend, $"{Trusting()}, \"SubjectAltNames\": [\"spiffe://mesh/a\"]"), builder =>
            builder.AddServiceMesh(configured => configured.ConfigureTransport((_, handler) =>
                handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
                {
                    told = errors;
                    return errors == SslPolicyErrors.RemoteCertificateNameMismatch;
                })));

        Assert.Equal("https", await Get(mesh));
        Assert.Equal(SslPolicyErrors.RemoteCertificateNameMismatch, told);
    }

    [Fact]
    public void Every_option_of_TLS_that_there_is_is_one_that_the_dialer_knows()
    {
        string[] known =
        [
            "AllowRenegotiation", "AllowRsaPkcs1Padding", "AllowRsaPssPadding", "AllowTlsResume", "ApplicationProtocols", "CertificateChainPolicy",
            "CertificateRevocationCheckMode", "CipherSuitesPolicy", "ClientCertificateContext", "ClientCertificates", "EnabledSslProtocols",
            "EncryptionPolicy", "LocalCertificateSelectionCallback", "RemoteCertificateValidationCallback", "TargetHost",
        ];

        Assert.Equal(known, typeof(SslClientAuthenticationOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    private static Task SayScheme(HttpContext context) => context.Response.WriteAsync(context.Request.Scheme);

    private static Task Fail(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    private static Task<Backend> Secure(X509Certificate2 certificate, TestAuthority? callers = null) =>
        Backend.StartAsync("secure", SayScheme, http2: true, tls: true, certificate: certificate, callers: callers);

    private static string WithTls(Backend backend, string tls) => Rules.Catalog($"\"Tls\": {{ {tls} }}", backend.Address);

    private static Task<string> Get(TestMesh mesh) => mesh.Client().GetStringAsync(s_plain, Cancel);

    private static async Task Refused(TestMesh mesh, Backend backend, string reason)
    {
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_plain, Cancel));

        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Contains($"TLS with {backend.Address} failed.", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    private string Trusted() => JsonSerializer.Serialize(_files.Write("ca.pem", _authority.Pem));

    private string Trusting() => $"\"CaCertificates\": {Trusted()}";

    private string Showing(X509Certificate2 certificate, bool hasKeyFile)
    {
        string key = _files.WriteKey("key.pem", certificate);
        string pem = certificate.ExportCertificatePem();
        string path = _files.Write("cert.pem", hasKeyFile ? pem : pem + "\n" + File.ReadAllText(key));
        return $"\"ClientCertificate\": {JsonSerializer.Serialize(path)}" + (hasKeyFile ? $", \"PrivateKey\": {JsonSerializer.Serialize(key)}" : "");
    }
}
