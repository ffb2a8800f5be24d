namespace Mesh.ConfigServer;

/// <summary>
/// How the config server is hosted. Addresses are <c>HOST:PORT</c>, with an IP address or <c>localhost</c> for the host:
/// <c>127.0.0.1:15080</c>, <c>[::1]:0</c>. Port 0 takes a free one; <c>off</c> serves nothing there.
/// </summary>
public sealed class MeshConfigServerOptions
{
    /// <summary>
    /// Keeps the mesh's documents and their history. Relative to the application's content root. Created where it is missing.
    /// </summary>
    public string DataDirectory { get; set; } = ".mesh";

    /// <summary>
    /// A directory of documents to serve instead of those in <see cref="DataDirectory"/>: read at the start and when files change. The REST
    /// API writes nothing then. Relative to the application's content root.
    /// </summary>
    public string? WatchDirectory { get; set; }

    /// <summary>
    /// xDS over gRPC without TLS. Anybody who reaches it reads the mesh's rules, so it is open in the Development environment alone, or
    /// with <see cref="InsecureXds"/>.
    /// </summary>
    public string Xds { get; set; } = "127.0.0.1:15010";

    /// <summary>
    /// xDS, the registry and the issue of certificates over mutual TLS: who calls proves who it is. It may be an address that other machines
    /// reach.
    /// </summary>
    public string XdsTls { get; set; } = "127.0.0.1:15012";

    /// <summary>
    /// The REST API, <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>, over HTTP/1.1. Where it is an address that other machines reach, callers
    /// need an access token, and the server <see cref="HttpTlsCertificate"/> or <see cref="InsecureHttp"/>.
    /// </summary>
    public string Http { get; set; } = "127.0.0.1:15080";

    /// <summary>
    /// Opens <see cref="Xds"/> outside the Development environment, and lets it be an address that other machines reach. In the Development
    /// environment whoever reaches it may register as any service, too.
    /// </summary>
    public bool InsecureXds { get; set; }

    /// <summary>
    /// Lets <see cref="Http"/> be an address that other machines reach without TLS. Access tokens are needed all the same, and whoever listens on
    /// the network between has them.
    /// </summary>
    public bool InsecureHttp { get; set; }

    /// <summary>
    /// The certificate by which <see cref="Http"/> is served over TLS, with those above it, in PEM. It is read again when the file changes.
    /// Relative to the application's content root. Unless set there is no TLS.
    /// </summary>
    public string? HttpTlsCertificate { get; set; }

    /// <summary>The key of <see cref="HttpTlsCertificate"/> in PEM, not encrypted. Relative to the application's content root.</summary>
    public string? HttpTlsKey { get; set; }

    /// <summary>
    /// Asks callers of <see cref="Http"/> for an access token on loopback, too. Unless set every process of the machine may do everything there.
    /// Where other machines reach it they are always asked.
    /// </summary>
    public bool RequireAccessTokens { get; set; }

    /// <summary>Leaves <c>/metrics</c> open where access tokens are needed: otherwise it takes one of a viewer.</summary>
    public bool MetricsAnonymous { get; set; }

    /// <summary>
    /// A file, for its owner's eyes only, that gets the access token of an admin that is made when tokens are needed at the start and none of an
    /// admin is in force. Relative to the application's content root. Where it is not set such a start fails, but of <c>mesh server</c>, which prints the token.
    /// </summary>
    public string? AdminTokenFile { get; set; }

    /// <summary>
    /// A file that is written when everything listens, with the addresses taken, and removed at the stop:
    /// <c>{"xds":"127.0.0.1:15010","xdsTls":"127.0.0.1:15012","http":"127.0.0.1:15080"}</c>. Relative to the application's content root.
    /// </summary>
    public string? ReadyFile { get; set; }

    /// <summary>Streams of xDS clients at one time; more are refused. 10,000 unless set.</summary>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>
    /// After about this time, a fifth more or less, a stream is ended and its client connects again, so that clients spread over all
    /// servers. 30 minutes unless set.
    /// </summary>
    public TimeSpan MaxStreamAge { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long a process that has registered is believed after it was heard last; it says three times as often that it is alive. From 3
    /// seconds to 10 minutes; 15 seconds unless set.
    /// </summary>
    public TimeSpan RegistrationTtl { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long after the start no process is given up, and no name is said not to exist: processes and clients may not have come back yet.
    /// Of a new data directory that holds for names that a client says it has already alone. Up to 10 minutes; 30 seconds unless set.
    /// </summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Ranges of IP addresses, as <c>10.0.0.0/8</c>, at which processes may register beside the address that their stream comes from.
    /// None unless set.
    /// </summary>
    public IList<string> AddressRanges { get; } = [];

    /// <summary>
    /// The mesh's name in identities, <c>spiffe://{trust domain}/ns/…</c>: lower-case letters, digits, <c>-</c>, <c>_</c> and <c>.</c>. It holds
    /// from the first start on. Unless set it is <c>mesh-</c> and twelve hexadecimal digits of the SHA-256 of the root's key.
    /// </summary>
    public string? TrustDomain { get; set; }

    /// <summary>
    /// An authority of the operator's for the mesh to be under, in PEM: a root, or an intermediate and those above it up to the root. Its path
    /// length must allow one more. Relative to the application's content root. Unless set the mesh makes a root of its own.
    /// </summary>
    public string? CaCertificate { get; set; }

    /// <summary>The key of <see cref="CaCertificate"/> in PEM, for its owner's eyes only. Relative to the application's content root.</summary>
    public string? CaKey { get; set; }

    /// <summary>
    /// A file whose first line is the passphrase that the authority's keys are encrypted with, those that the server makes as well. Relative to
    /// the application's content root. Unless set they are not encrypted.
    /// </summary>
    public string? CaPassphraseFile { get; set; }

    /// <summary>How long certificates hold where their owners do not ask for less. From 5 minutes on; 24 hours unless set.</summary>
    public TimeSpan CertificateLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long they hold at most, whatever their owners ask for. Up to 90 days; 24 hours unless set.</summary>
    public TimeSpan MaxCertificateLifetime { get; set; } = TimeSpan.FromHours(24);
}
