using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Transport;

/// <summary>Calls to https://, whose endpoints show a certificate for their own name, or for the service's.</summary>
public sealed class TlsTests
{
    private static readonly Uri s_secure = new("https://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Wrong => ["the endpoint's name", "the service's name", "its issuer"];

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task An_endpoint_given_by_name_shows_a_certificate_for_that_name(bool http2, bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync("secure", http2: true, tls: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", Named(backend)));
        using HttpRequestMessage request = new(HttpMethod.Get, s_secure)
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using HttpResponseMessage response = isAsync
            ? await mesh.Client().SendAsync(request, Cancel)
            : mesh.Client().Send(request, Cancel);

        Assert.Equal("secure", await response.Content.ReadAsStringAsync(Cancel));
        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal(http2 ? "HTTP/2" : "HTTP/1.1", seen.Protocol);
        Assert.Equal("catalog", seen.Host);
    }

    [Fact]
    public async Task The_best_version_is_agreed_on_where_the_caller_leaves_it_open()
    {
        await using Backend backend = await Backend.StartAsync("secure", http2: true, tls: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", Named(backend)));
        using HttpRequestMessage lower = new(HttpMethod.Get, s_secure) { Version = HttpVersion.Version20 };
        using HttpRequestMessage higher = new(HttpMethod.Get, s_secure) { VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };

        using HttpResponseMessage first = await mesh.Client().SendAsync(lower, Cancel);
        using HttpResponseMessage second = await mesh.Client().SendAsync(higher, Cancel);

        Assert.Equal((HttpVersion.Version20, HttpVersion.Version20), (first.Version, second.Version));
    }

    [Fact]
    public async Task A_server_with_nothing_but_http11_gets_it_where_the_caller_allows_it()
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", Named(backend)));
        using HttpRequestMessage request = new(HttpMethod.Get, s_secure) { Version = HttpVersion.Version20 };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(HttpVersion.Version11, response.Version);
    }

    [Fact]
    public async Task An_endpoint_given_by_address_shows_a_certificate_for_the_service()
    {
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: TestCertificates.Catalog);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));

        Assert.Equal("secure", await mesh.Client().GetStringAsync(s_secure, Cancel));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_certificate_of_which_something_is_wrong_fails_the_call(string wrong)
    {
        X509Certificate2 certificate = wrong switch
        {
            "the endpoint's name" => TestCertificates.Catalog,
            "the service's name" => TestCertificates.Localhost,
            _ => TestCertificates.Stranger,
        };
        await using Backend backend = await Backend.StartAsync("secure", tls: true, certificate: certificate);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", wrong == "the service's name" ? backend.Address : Named(backend)));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_secure, Cancel));

        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_handshake_that_fails_is_never_followed_by_plain_text()
    {
        ConcurrentQueue<byte> firsts = new();
        await using RawServer server = RawServer.Start(async connection =>
        {
            byte[] first = new byte[1];
            await connection.Stream.ReadExactlyAsync(first);
            firsts.Enqueue(first[0]);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Retry\": { \"Attempts\": 2 }", server.Address));

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_secure, Cancel));

        // A TLS record of the handshake, each time.
        Assert.Equal([0x16, 0x16, 0x16], firsts.ToArray());
    }

    [Theory]
    [InlineData("http://", "https://catalog/")]
    [InlineData("https://", "http://catalog/")]
    public async Task An_endpoint_with_a_scheme_takes_calls_of_that_scheme_alone(string scheme, string call)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", scheme + backend.Address));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(new Uri(call), Cancel));

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("http:// or https://", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);
    }

    [Fact]
    public async Task Of_endpoints_with_both_schemes_each_call_takes_its_own()
    {
        await using Backend plain = await Backend.StartAsync("plain");
        await using Backend secure = await Backend.StartAsync("secure", tls: true);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", "http://" + plain.Address, Named(secure)));
        for (int call = 0; call < 4; call++)
        {
            Assert.Equal("plain", await mesh.Client().GetStringAsync(new Uri("http://catalog/"), Cancel));
            Assert.Equal("secure", await mesh.Client().GetStringAsync(s_secure, Cancel));
        }
    }

    private static string Named(Backend backend) => "https://localhost:" + backend.Address.Split(':')[^1];
}
