using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Certificates;

public class MutualTlsTests
{
    private const string Unauthenticated = "Callers here prove who they are, by a certificate of the mesh. A join token gets the first one.";

    [Fact]
    public async Task Whoever_joins_by_a_token_is_told_registers_and_renews()
    {
        await using TestServer server = await StartAsync();
        await server.Put("catalog");
        using MeshPeer peer = await PeerAsync(server);
        X509Certificate2[] chain = await peer.EnrollAsync(Token(server));
        Assert.Equal("spiffe://" + peer.Bundle.TrustDomain + "/ns/mesh-system/sa/config-server", peer.Server!.ToString());
        Assert.Equal(3, chain.Length);
        Assert.Equal(peer.Bundle.Roots[0].Thumbprint, chain[^1].Thumbprint);

        for (int i = 0; i < 2; i++)
        {
            using DeltaClient client = new(peer.Channel);
            await client.HelloAsync(XdsTypes.ClusterLoadAssignment, "catalog.default");
            Assert.Equal("catalog.default", Assert.Single((await client.ReadAsync())!.Resources).Name);

            using RegistryClient process = new(peer.Channel);
            Registered registered = await process.RegisterAsync(Messages.Registration("web", $"i-{i}", 5001 + i));
            Assert.Equal([$"127.0.0.1:{5001 + i}"], registered.Addresses);

            string serial = peer.Certificate!.SerialNumber;
            await peer.EnrollAsync();
            Assert.NotEqual(serial, peer.Certificate!.SerialNumber);
        }

        Assert.Contains(server.Log.GetSnapshot(), line => line.Id.Id == 184 && line.Message.Contains("/ns/default/sa/web", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("foreign")]
    [InlineData("self-signed")]
    public async Task Who_proves_nothing_is_told_nothing(string shown)
    {
        await using TestServer server = await StartAsync();
        await server.Put("catalog");
        using MeshPeer peer = await PeerAsync(server);
        using AuthorityBench elsewhere = new();
        elsewhere.Time.SetUtcNow(DateTimeOffset.UtcNow);
        if (shown == "foreign")
        {
            elsewhere.Settings = elsewhere.Settings with { TrustDomain = peer.Bundle.TrustDomain };
            IssuedCertificate issued = elsewhere.Open().Issue(new PublicKey(peer.Key), new SpiffeId(peer.Bundle.TrustDomain, "default", "web"), "token");
            peer.Show(issued.Leaf.CopyWithPrivateKey(peer.Key), [.. issued.Above]);
        }
        else if (shown == "self-signed")
        {
            CertificateRequest request = AuthorityBench.WithExtensions(
                new CertificateRequest("CN=web", peer.Key, HashAlgorithmName.SHA256), [UriName.Of($"spiffe://{peer.Bundle.TrustDomain}/ns/default/sa/web", false)]);
            peer.Show(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1)));
        }

        using DeltaClient client = new(peer.Channel);
        await client.OfferAsync(XdsTypes.ClusterLoadAssignment, "catalog.default");
        Assert.Equal(StatusCode.Unauthenticated, await client.EndAsync());
        using (RegistryClient process = new(peer.Channel))
        {
            await process.OfferAsync(Messages.Registration("web", "i-1", 5001));
            Grpc.Core.Status end = await process.EndAsync();
            Assert.Equal((StatusCode.Unauthenticated, Unauthenticated), (end.StatusCode, end.Detail));
        }

        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => peer.EnrollAsync())).StatusCode);
        Assert.Equal(shown != "nothing", server.Log.GetSnapshot().Any(line => line.Id.Id == 183));
        Assert.Contains(server.Log.GetSnapshot(), line => line.Id.Id == 185 && line.Message.Contains("shows no token", StringComparison.Ordinal));

        // A token is a proof whatever else is shown.
        await peer.EnrollAsync(Token(server));
        using DeltaClient good = new(peer.Channel);
        await good.HelloAsync(XdsTypes.ClusterLoadAssignment, "catalog.default");
        Assert.NotNull(await good.ReadAsync());
    }

    [Fact]
    public async Task Web_can_never_be_catalog()
    {
        await using TestServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(Token(server));
        foreach ((string service, string space) in ((string, string)[])[("catalog", "default"), ("web", "shop"), ("web.shop", "default"), ("catalog.default", "")])
        {
            using RegistryClient process = new(peer.Channel);
            Registration registration = Messages.Registration(service, "i-1", 5001);
            registration.Namespace = space;
            await process.OfferAsync(registration);
            Grpc.Core.Status end = await process.EndAsync();
            Assert.Equal(StatusCode.PermissionDenied, end.StatusCode);
        }

        Assert.Contains(server.Log.GetSnapshot(), line =>
            line.Message.Contains("catalog.default", StringComparison.Ordinal) && line.Message.Contains("web.default", StringComparison.Ordinal));

        using DeltaClient client = new(peer.Channel);
        await client.SendAsync(XdsTypes.Cluster, request => (request.Node = DeltaClient.Node()).Cluster = "catalog", "catalog.default");
        Assert.Equal(StatusCode.PermissionDenied, await client.EndAsync());
        Assert.Contains(server.Log.GetSnapshot(), line => line.Message.Contains("is of catalog.default, and its certificate is of web.default", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_development_loopback_gets_what_it_names_over_plain_text_and_the_bundle()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.XdsTls = "127.0.0.1:0");
        TrustBundle bundle = await MeshPeer.FetchBundleAsync($"http://{server.Server.Addresses.Xds}");
        Assert.True(bundle.IsSameAs(await MeshPeer.FetchBundleAsync($"https://{server.Server.Addresses.XdsTls}")));
        using GrpcChannel plain = GrpcChannel.ForAddress($"http://{server.Server.Addresses.Xds}");
        using MeshPeer peer = new(server.Server.Addresses.XdsTls!, bundle);
        X509Certificate2[] chain = await MeshPeer.AskAsync(
            plain, AuthorityBench.Csr(peer.Key, UriName.Of($"spiffe://{bundle.TrustDomain}/ns/default/sa/web", isCritical: false)));
        peer.Show(chain[0].CopyWithPrivateKey(peer.Key), chain[1..^1]);
        using RegistryClient process = new(peer.Channel);
        Assert.NotNull(await process.RegisterAsync(Messages.Registration("web", "i-1", 5001)));

        using RegistryClient anybody = new(plain);
        Assert.NotNull(await anybody.RegisterAsync(Messages.Registration("catalog", "i-1", 5002)));
    }

    [Fact]
    public async Task Outside_development_plain_text_gives_no_certificate()
    {
        await using TestServer server = await StartAsync(options => options.InsecureXds = true);
        using GrpcChannel plain = GrpcChannel.ForAddress($"http://{server.Server.Addresses.Xds}");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (string? token in (string?[])[null, Token(server)])
        {
            RpcException refusal = await Assert.ThrowsAsync<RpcException>(() => MeshPeer.AskAsync(plain, AuthorityBench.Csr(key), token));
            Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        }
    }

    [Fact]
    public async Task A_connection_proves_nothing_after_its_certificate_s_time()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using TestServer server = await StartAsync(time: time);
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(Token(server));
        using (DeltaClient client = new(peer.Channel))
        {
            await client.HelloAsync(XdsTypes.Cluster, "catalog.default");
            Assert.NotNull(await client.ReadAsync());
        }

        time.Advance(TimeSpan.FromHours(24));
        using DeltaClient late = new(peer.Channel);
        await late.OfferAsync(XdsTypes.Cluster, "catalog.default");
        Assert.Equal(StatusCode.Unauthenticated, await late.EndAsync());
    }

    [Fact]
    public async Task Only_what_is_for_processes_is_served_there()
    {
        await using TestServer server = await StartAsync();
        using MeshPeer peer = await PeerAsync(server);
        await peer.EnrollAsync(Token(server));
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await new ClientStatusDiscoveryService.ClientStatusDiscoveryServiceClient(peer.Channel).FetchClientStatusAsync(
                new ClientStatusRequest(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task Openssl_sees_the_chain_and_cannot_speak_old_protocols()
    {
        await using TestServer server = await StartAsync();
        string root = Path.Combine(server.Folder, "data/ca/root.pem");
        string said = await OpensslAsync(server, "-verify_return_error", "-CAfile", root, "-alpn", "h2");
        Assert.Contains("Verify return code: 0 (ok)", said, StringComparison.Ordinal);
        Assert.Contains("ALPN protocol: h2", said, StringComparison.Ordinal);
        Assert.Contains("TLSv1.3", said, StringComparison.Ordinal);
        Assert.Contains("TLSv1.2", await OpensslAsync(server, "-tls1_2", "-alpn", "h2"), StringComparison.Ordinal);
        Assert.Contains("Cipher is (NONE)", await OpensslAsync(server, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_s_own_certificate_is_renewed_at_half_its_time()
    {
        using AuthorityBench bench = new();
        ServerIdentity identity = new(bench.Open(), bench.Time);
        string first = identity.Current.TargetCertificate.SerialNumber;
        bench.Time.Advance(TimeSpan.FromHours(11));
        Assert.Equal(first, identity.Current.TargetCertificate.SerialNumber);
        bench.Time.Advance(TimeSpan.FromHours(2));
        Assert.NotEqual(first, identity.Current.TargetCertificate.SerialNumber);
        Assert.Equal(bench.Time.GetUtcNow().AddHours(24), identity.Current.TargetCertificate.NotAfter.ToUniversalTime());
    }

    private static Task<TestServer> StartAsync(Action<MeshConfigServerOptions>? configure = null, TimeProvider? time = null) => TestServer.StartAsync(
        options =>
        {
            options.XdsTls = "127.0.0.1:0";
            configure?.Invoke(options);
        },
        isDevelopment: false, time: time);

    private static async Task<MeshPeer> PeerAsync(TestServer server) => new(
        server.Server.Addresses.XdsTls!, await MeshPeer.FetchBundleAsync($"https://{server.Server.Addresses.XdsTls}"));

    private static string Token(TestServer server)
    {
        IServiceProvider services = server.Server.Services;
        Grant grant = new("web", "default", Maps.Empty, []);
        string text = services.GetRequiredService<JoinTokens>().Create(
            new NewJoinToken(grant, "ann") { Uses = 1 }, TimeSpan.FromHours(1),
            services.GetRequiredService<CertificateAuthority>().Bundle.Roots[0].PublicKey.ExportSubjectPublicKeyInfo()).Text;
        return text[..text.LastIndexOf('.')];
    }

    private static async Task<string> OpensslAsync(TestServer server, params string[] options)
    {
        using Process openssl = Process.Start(new ProcessStartInfo("openssl", ["s_client", "-connect", server.Server.Addresses.XdsTls!, .. options])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        openssl.StandardInput.Close();
        Task<string> error = openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string said = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).InTime();
        return said + await error.InTime();
    }
}
