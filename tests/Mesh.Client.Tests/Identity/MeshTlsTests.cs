using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Identity;

/// <summary>Calls with <c>Tls</c> <c>Mesh</c>: both sides show the mesh's own certificates, and hosts' names mean nothing.</summary>
public sealed class MeshTlsTests
{
    private const string Catalog = "spiffe://mesh-test/ns/default/sa/catalog";

    [Theory]
    [InlineData("http://catalog/", false)]
    [InlineData("https://catalog/", false)]
    [InlineData("http://catalog/", true)]
    public async Task Both_sides_prove_who_they_are(string uri, bool http2)
    {
        HeldIdentity self = new(new MeshAuthority());
        await using MeshPeerServer server = await MeshPeerServer.StartAsync(self.Authority, Catalog);
        await using TestMesh mesh = await StartAsync(self, server);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(uri)) { Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(self.Current!.Serial, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    // The certificate fits in all but one thing.
    [Theory]
    [InlineData("spiffe://mesh-test/ns/default/sa/reviews", "is to be spiffe://mesh-test/ns/default/sa/catalog")]
    [InlineData("spiffe://mesh-test/ns/other/sa/catalog", "is to be spiffe://mesh-test/ns/default/sa/catalog")]
    [InlineData("spiffe://mesh-other/ns/default/sa/catalog", "is of another trust domain than 'mesh-test'")]
    [InlineData("https://catalog/", "which is not of the form spiffe://")]
    [InlineData("stranger", "Its certificate is refused")]
    public async Task A_server_that_is_somebody_else_is_not_called(string id, string why)
    {
        HeldIdentity self = new(new MeshAuthority());
        await using MeshPeerServer server = id == "stranger"
            ? await MeshPeerServer.StartAsync(new MeshAuthority(), Catalog)
            : await MeshPeerServer.StartAsync(self.Authority, id);
        await using TestMesh mesh = await StartAsync(self, server);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Contains(why, exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, server.Calls);
    }

    [Theory]
    [InlineData("spiffe://mesh-test/ns/default/sa/shelf", true)]
    [InlineData(Catalog, false)]
    public async Task The_identities_that_the_control_plane_names_are_the_ones(string id, bool isTaken)
    {
        HeldIdentity self = new(new MeshAuthority());
        await using MeshPeerServer server = await MeshPeerServer.StartAsync(self.Authority, id);
        await using TestMesh mesh = await StartAsync(self, server, ", \"SubjectAltNames\": [\"spiffe://mesh-test/ns/default/sa/shelf\"]");

        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");

        if (isTaken)
        {
            await call;
        }
        else
        {
            await Assert.ThrowsAsync<MeshException>(() => call);
        }
    }

    [Fact]
    public async Task Without_an_identity_calls_fail_by_that_name_and_recover_by_themselves()
    {
        HeldIdentity self = new(new MeshAuthority()) { Current = null };
        await using MeshPeerServer server = await MeshPeerServer.StartAsync(self.Authority, Catalog);
        await using TestMesh mesh = await StartAsync(self, server, rest: ", \"OutlierDetection\": { \"ConsecutiveErrors\": 0 }");

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Contains("This process has no identity, and Tls Mesh needs one. The authority is away.", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, server.Calls);

        self.Renew();
        Assert.Equal(self.Current!.Serial, await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task After_a_renewal_connections_by_the_former_identity_are_given_up_within_a_while()
    {
        HeldIdentity self = new(new MeshAuthority());
        await using MeshPeerServer server = await MeshPeerServer.StartAsync(self.Authority, Catalog);
        WatchedTime time = new(DateTimeOffset.UtcNow);
        await using TestMesh mesh = await StartAsync(self, server, time: time);
        string before = await mesh.Client().GetTextAsync("http://catalog/");

        self.Renew();
        Assert.NotEqual(before, self.Current!.Serial);
        await Eventually.Holds(() => { time.Advance(TimeSpan.FromSeconds(1)); return mesh.Client().SendText("http://catalog/") == self.Current.Serial; });
    }

    private static Task<TestMesh> StartAsync(IIdentitySource self, MeshPeerServer server, string tls = "", string rest = "", TimeProvider? time = null) => TestMesh.StartAsync(
        Rules.Catalog($"\"Tls\": {{ \"Mode\": \"Mesh\"{tls} }}{rest}", server.Address),
        builder =>
        {
            builder.Services.AddSingleton(self);
            builder.Services.AddSingleton(time ?? TimeProvider.System);
        });

    /// <summary>An identity that changes when the test says so.</summary>
    private sealed class HeldIdentity : IIdentitySource
    {
        public HeldIdentity(MeshAuthority authority)
        {
            Authority = authority;
            Renew();
        }

        public event Action? Changed;

        public MeshAuthority Authority { get; }

        public WorkloadIdentity? Current { get; set; }

        public bool IsSomebody { get; set; } = true;

        public Task FirstTry => Task.CompletedTask;

        public string? Trouble => "The authority is away.";

        public string? Description => "test";

        public void Renew()
        {
            Current = Authority.Identity("spiffe://mesh-test/ns/default/sa/web");
            Changed?.Invoke();
        }

        public Task<WorkloadIdentity> WaitAsync(CancellationToken cancellationToken) => Task.FromResult(Current!);
    }

    /// <summary>A server of the mesh, that answers with the serial of what the caller shows.</summary>
    private sealed class MeshPeerServer(WebApplication app) : IAsyncDisposable
    {
        private int _calls;

        public int Calls => _calls;

        public string Address => new Uri(app.Urls.Single()).Authority;

        public static async Task<MeshPeerServer> StartAsync(MeshAuthority authority, string id)
        {
            MeshPeerServer server = null!;
            (X509Certificate2 leaf, X509Certificate2Collection others, _) = authority.Issue(id);
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = SslStreamCertificateContext.Create(leaf, others, offline: true),
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && authority.HasIssued((X509Certificate2)certificate),
                    }),
                })));
            WebApplication app = builder.Build();
            app.Run(context =>
            {
                Interlocked.Increment(ref server._calls);
                return context.Response.WriteAsync(context.Connection.ClientCertificate!.SerialNumber.ToLowerInvariant());
            });
            server = new MeshPeerServer(app);
            await app.StartAsync();
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }
    }
}
