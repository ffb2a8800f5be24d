using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Identity;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Certificates;

/// <summary>A process that calls the server over TLS, and believes it by the mesh's bundle alone; with a certificate once it has one.</summary>
internal sealed class MeshPeer : IDisposable
{
    private readonly string _address;
    private readonly List<GrpcChannel> _channels = [];
    private SslStreamCertificateContext? _certificate;

    public MeshPeer(string address, TrustBundle bundle)
    {
        (_address, Bundle) = (address, bundle);
        Open();
    }

    public TrustBundle Bundle { get; private set; }

    public ECDsa Key { get; private set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public GrpcChannel Channel => _channels[^1];

    /// <summary>Whom the server has proven to be.</summary>
    public SpiffeId? Server { get; private set; }

    /// <summary>What the server showed last.</summary>
    public X509Certificate2? ServerCertificate { get; private set; }

    /// <summary>What is shown with the certificate.</summary>
    public X509Certificate2[] Above { get; private set; } = [];

    public X509Certificate2? Certificate => _certificate?.TargetCertificate;

    /// <summary>As anybody reads it.</summary>
    public static async Task<TrustBundle> FetchBundleAsync(string url)
    {
        using SocketsHttpHandler handler = new() { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } };
        return await ReadBundleAsync(handler, url);
    }

    private static async Task<TrustBundle> ReadBundleAsync(SocketsHttpHandler handler, string url)
    {
        using HttpClient client = new(handler, disposeHandler: false) { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        JsonElement answer = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{url}/v1/trust-bundle"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(["trustDomain", "aliases", "roots"], answer.EnumerateObject().Select(property => property.Name));
        return new TrustBundle(
            answer.GetProperty("trustDomain").GetString()!, [], answer.GetProperty("roots").EnumerateArray().Select(root => X509Certificate2.CreateFromPem(root.GetString())));
    }

    /// <summary>Asks whom to trust, as one that has proven who it is.</summary>
    public async Task RefreshBundleAsync()
    {
        using SocketsHttpHandler handler = Handler();
        Bundle = await ReadBundleAsync(handler, $"https://{_address}");
    }

    /// <summary>Asks for a certificate, and shows it from then on.</summary>
    /// <param name="token">Without its hash; null: the certificate before is the proof.</param>
    public async Task<X509Certificate2[]> EnrollAsync(string? token = null)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2[] chain = await AskAsync(Channel, AuthorityBench.Csr(key), token);
        Key = key;
        Show(chain[0].CopyWithPrivateKey(key), [.. chain[1..].Where(above => above.Subject != above.Issuer)]);
        return chain;
    }

    public static async Task<X509Certificate2[]> AskAsync(ChannelBase channel, string csr, string? token = null)
    {
        Grpc.Core.Metadata metadata = token is null ? [] : new Grpc.Core.Metadata { { "authorization", $"Bearer {token}" } };
        IstioCertificateResponse response = await new IstioCertificateService.IstioCertificateServiceClient(channel).CreateCertificateAsync(
            new IstioCertificateRequest { Csr = csr }, metadata, cancellationToken: TestContext.Current.CancellationToken);
        return [.. response.CertChain.Select(pem => X509Certificate2.CreateFromPem(pem))];
    }

    /// <summary>New connections show this.</summary>
    public void Show(X509Certificate2 certificate, params X509Certificate2[] above)
    {
        Above = above;
        _certificate = SslStreamCertificateContext.Create(certificate, [.. above], offline: true);
        Open();
    }

    public void Dispose()
    {
        _channels.ForEach(channel => channel.Dispose());
        Key.Dispose();
    }

    private void Open() => _channels.Add(GrpcChannel.ForAddress($"https://{_address}", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = Handler(),
    }));

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        SslOptions = { ClientCertificateContext = _certificate, RemoteCertificateValidationCallback = (_, shown, chain, _) => Believe(shown, chain) },
    };

    private bool Believe(X509Certificate? shown, X509Chain? chain)
    {
        PeerVerdict verdict = PeerCertificate.Verify(shown as X509Certificate2, chain!.ChainPolicy.ExtraStore, Bundle, PeerRole.Server, DateTimeOffset.UtcNow);
        (Server, ServerCertificate) = (verdict.Id, X509CertificateLoader.LoadCertificate(shown!.GetRawCertData()));
        return verdict.IsProven;
    }
}
