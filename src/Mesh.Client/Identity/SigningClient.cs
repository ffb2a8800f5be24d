using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model;
using Mesh.Model.Identity;
using Mesh.Model.Xds.Wire;
using Metadata = Grpc.Core.Metadata;

namespace Mesh.Client.Identity;

/// <summary>Has identities signed by config servers, in Istio's way.</summary>
/// <param name="settings">Which servers, and what proves that this process may join.</param>
/// <param name="self">Who this process is to be.</param>
/// <param name="folder">Where files are that are named without a full path.</param>
/// <param name="time">The clock.</param>
internal sealed class SigningClient(Func<ConfigServerSettings> settings, Func<ServiceIdentity> self, string folder, TimeProvider time)
{
    /// <summary>By NotBefore a server's certificates are older than they are, for clocks that are behind.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The servers as people write them.</summary>
    public string Servers => string.Join(", ", settings().Addresses);

    /// <summary>A new identity, by the first server that gives one.</summary>
    /// <param name="current">The one in force, by which it is renewed; null: there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IdentityException">None gives one.</exception>
    public Task<(WorkloadIdentity Identity, IdentityPem Pem)> RenewAsync(WorkloadIdentity? current, CancellationToken cancellationToken) =>
        AskAsync((server, stop) => RenewAsync(server, current, stop), cancellationToken);

    /// <summary>Whom the mesh trusts now.</summary>
    /// <exception cref="IdentityException">Nobody says so.</exception>
    public Task<TrustBundle> TrustAsync(WorkloadIdentity current, CancellationToken cancellationToken) =>
        AskAsync(
            async (server, stop) =>
            {
                using SocketsHttpHandler handler = Handler(server, current.Trust, current);
                return await PublishedBundle.FetchAsync(server, handler, stop).ConfigureAwait(false);
            },
            cancellationToken);

    private async Task<T> AskAsync<T>(Func<Uri, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        List<IdentityException> refusals = [];
        foreach (string address in settings().Addresses)
        {
            using CancellationTokenSource patience = new(s_patience, time);
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                return await ask(new Uri(address), over.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IdentityException or RpcException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                string reason = patience.IsCancellationRequested ? $"It has not answered within {s_patience.TotalSeconds:0} s." : ReasonOf(failure);
                refusals.Add(new IdentityException($"{address}: {reason}", failure) { HasNone = HasNone(failure, address) });
            }
        }

        throw new IdentityException(string.Join(" ", refusals.Select(refusal => refusal.Message)))
        {
            HasNone = refusals.Count > 0 && refusals.All(refusal => refusal.HasNone),
        };
    }

    private async Task<(WorkloadIdentity, IdentityPem)> RenewAsync(Uri server, WorkloadIdentity? current, CancellationToken cancellationToken)
    {
        bool isSecure = server.Scheme == Uri.UriSchemeHttps;
        JoinToken? token = isSecure && current is null ? ReadToken() : null;
        TrustBundle? known = !isSecure ? null : current?.Trust ?? await JoinAsync(server, token!, cancellationToken).ConfigureAwait(false);
        using SocketsHttpHandler handler = Handler(server, known, current);

        // By a client, for gRPC makes a handler its own, and this one is asked for something else, too.
        using HttpClient client = new(handler, disposeHandler: false);
        using GrpcChannel channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpClient = client });
        TrustBundle trust = await PublishedBundle.FetchAsync(server, handler, cancellationToken).ConfigureAwait(false);

        ServiceIdentity wanted = self();
        SpiffeId id = new(trust.TrustDomain, wanted.Namespace, wanted.Name);
        (string request, string key) = SigningRequest.New(id);
        Metadata proof = token is null ? [] : new() { { "authorization", $"Bearer {token.Proof}" } };
        IstioCertificateResponse signed = await new IstioCertificateService.IstioCertificateServiceClient(channel)
            .CreateCertificateAsync(new IstioCertificateRequest { Csr = request }, proof, cancellationToken: cancellationToken).ConfigureAwait(false);
        IdentityPem pem = new(string.Concat(signed.CertChain.Select(certificate => certificate.TrimEnd() + "\n")), key);

        // By the server's clock, for ours may be another.
        DateTimeOffset itsNow = IdentityPem.Certificates(pem.Chain)[0].NotBefore.ToUniversalTime() + Backdating;
        WorkloadIdentity identity = pem.Open(trust, itsNow);
        return identity.Id == id ? (identity, pem) : throw new IdentityException($"It was asked for {id}, and its certificate is for {identity.Id}.");
    }

    // The token tells which authority is the mesh's. Only who has a certificate of that one is told the token's secret.
    private async Task<TrustBundle> JoinAsync(Uri server, JoinToken token, CancellationToken cancellationToken)
    {
        using SocketsHttpHandler handler = Handler();
        handler.SslOptions = ConfigServerTls.Unverified();
        TrustBundle said = await PublishedBundle.FetchAsync(server, handler, cancellationToken).ConfigureAwait(false);
        if (ReadFile(settings().TrustBundle) is { } pem)
        {
            return new TrustBundle(said.TrustDomain, said.Aliases, IdentityPem.Certificates(pem));
        }

        return said.Roots.FirstOrDefault(token.IsOf) is { } root
            ? new TrustBundle(said.TrustDomain, said.Aliases, [root])
            : throw new IdentityException("It is not the server of the mesh that the join token is for: none of its authorities has the key that the token names. The token's secret was not sent.");
    }

    private SocketsHttpHandler Handler(Uri server, TrustBundle? trust, WorkloadIdentity? current)
    {
        SocketsHttpHandler handler = Handler();
        if (server.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = ConfigServerTls.Options(trust!, current, time);
        }

        return handler;
    }

    private static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    private JoinToken ReadToken() => JoinToken.Parse(
        settings().JoinToken ?? ReadFile(settings().JoinTokenFile) ?? throw new IdentityException("There is no join token: set Mesh:ConfigServer:JoinToken or JoinTokenFile."));

    private string? ReadFile(string? path)
    {
        try
        {
            return path is null ? null : File.ReadAllText(Path.GetFullPath(path, folder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"'{path}' cannot be read. {failure.Message}", failure);
        }
    }

    // Over http a server that trusts nobody by the mere fact that it is near gives no identities.
    private static bool HasNone(Exception failure, string address) =>
        address.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
        && failure is IdentityException { HasNone: true } or RpcException { StatusCode: StatusCode.Unimplemented or StatusCode.PermissionDenied };

    private static string ReasonOf(Exception failure) => failure switch
    {
        RpcException { StatusCode: StatusCode.Unavailable, Status.DebugException: { } cause } => cause.GetBaseException().Message,
        RpcException refused => $"{refused.StatusCode}, {refused.Status.Detail.TrimEnd('.')}.",
        HttpRequestException => failure.GetBaseException().Message,
        _ => failure.Message,
    };
}
