using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.Model;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Tests.Certificates;

public sealed class EnrollmentTests : IDisposable
{
    private static readonly IPAddress s_here = IPAddress.Loopback;

    private readonly AuthorityBench _bench = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SqliteDatabase _database;
    private readonly CertificateAuthority _authority;
    private readonly JoinTokens _tokens;

    public EnrollmentTests()
    {
        _database = SqliteDatabase.Open(_bench.At("data"), "DataDirectory", _bench.Time);
        _authority = _bench.Open();
        _tokens = new JoinTokens(_database, _bench.Time);
    }

    private LiveCallers Callers => new(
        _authority, new Revocations(_database, TimeSpan.FromDays(1), _bench.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<Revocations>.Instance), _bench.Time);

    private string Domain => _authority.Bundle.TrustDomain;

    [Fact]
    public void A_token_gives_the_identity_that_it_grants_whoever_asks()
    {
        (SpiffeId id, string proof, IssuedCertificate issued) = Issue(Token());
        Assert.Equal($"spiffe://{Domain}/ns/shop/sa/web", id.ToString());
        Assert.StartsWith("token ", proof, StringComparison.Ordinal);
        Assert.Equal([id.ToString()], PeerCertificate.UrisOf(issued.Leaf));
        Assert.Equal(Domain, Issue(Token(), AuthorityBench.Csr(_key, Uri($"spiffe://{Domain}/ns/shop/sa/web"))).Id.TrustDomain);
    }

    [Fact]
    public void A_request_that_is_refused_uses_nothing()
    {
        string text = Token();
        Refused(StatusCode.PermissionDenied, text, AuthorityBench.Csr(_key, Uri($"spiffe://{Domain}/ns/shop/sa/catalog")));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Issue(text, AuthorityBench.Csr(other));
    }

    [Theory]
    [InlineData("another", StatusCode.PermissionDenied, "names 'spiffe://")]
    [InlineData("domain", StatusCode.PermissionDenied, "names 'spiffe://elsewhere/ns/shop/sa/web'")]
    [InlineData("more", StatusCode.PermissionDenied, "names 'spiffe://")]
    [InlineData("twice", StatusCode.PermissionDenied, "names it more than once")]
    [InlineData("dns", StatusCode.PermissionDenied, "names that are no URIs")]
    [InlineData("ca", StatusCode.PermissionDenied, "asks to be an authority")]
    [InlineData("signs", StatusCode.PermissionDenied, "asks to be an authority")]
    [InlineData("weak", StatusCode.InvalidArgument, "a key that is not taken")]
    [InlineData("curve", StatusCode.InvalidArgument, "a key that is not taken")]
    [InlineData("signature", StatusCode.InvalidArgument, "signed by its own key")]
    [InlineData("garbage", StatusCode.InvalidArgument, "no PKCS#10 request")]
    [InlineData("long", StatusCode.InvalidArgument, "longer than")]
    public void A_request_for_more_than_is_granted_is_refused(string what, StatusCode code, string reason)
    {
        string own = $"spiffe://{Domain}/ns/shop/sa/web";
        SubjectAlternativeNameBuilder dns = new();
        dns.AddUri(new Uri(own));
        dns.AddDnsName("bank.example");
        using RSA weak = RSA.Create(1024);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        string csr = what switch
        {
            "another" => AuthorityBench.Csr(_key, Uri($"spiffe://{Domain}/ns/shop/sa/catalog")),
            "domain" => AuthorityBench.Csr(_key, Uri("spiffe://elsewhere/ns/shop/sa/web")),
            "more" => AuthorityBench.Csr(_key, Uri(own), Uri($"spiffe://{Domain}/ns/shop/sa/catalog")),
            "twice" => AuthorityBench.Csr(_key, Uri(own), Uri(own)),
            "dns" => AuthorityBench.Csr(_key, dns.Build()),
            "ca" => AuthorityBench.Csr(_key, new X509BasicConstraintsExtension(true, false, 0, true)),
            "signs" => AuthorityBench.Csr(_key, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)),
            "weak" => new CertificateRequest("CN=web", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem(),
            "curve" => AuthorityBench.Csr(curve),
            "signature" => Forged(),
            "long" => new string('-', 40_000),
            _ => "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
        };
        Assert.Contains(reason, Refused(code, Token(), csr), StringComparison.Ordinal);
    }

    [Fact]
    public void Rsa_and_P384_keys_are_taken()
    {
        using RSA rsa = RSA.Create(2048);
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Issue(Token(), new CertificateRequest("CN=web", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem());
        Issue(Token(), AuthorityBench.Csr(p384));
    }

    [Fact]
    public void A_certificate_is_renewed_by_itself_for_the_same_identity_until_its_token_is_revoked()
    {
        string token = Token();
        IssuedCertificate first = Issue(token).Issued;
        _bench.Time.Advance(TimeSpan.FromHours(12));
        (SpiffeId id, string proof, IssuedCertificate second) = Renew(first);
        Assert.Equal(("web.shop", $"certificate {first.Leaf.SerialNumber}"), (id.FullName, proof));
        Assert.Contains(
            "names 'spiffe://", Denied(second, AuthorityBench.Csr(_key, Uri($"spiffe://{Domain}/ns/shop/sa/catalog"))), StringComparison.Ordinal);
        _tokens.Revoke(token.Split('.')[0]);
        Assert.Contains("was revoked", Denied(second), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_has_expired_on_its_connection_is_not_renewed()
    {
        IssuedCertificate issued = Issue(Token()).Issued;
        CallerIdentity caller = CallerOf(issued);
        _bench.Time.Advance(TimeSpan.FromHours(24));
        RequestRefusedException refusal = Assert.Throws<RequestRefusedException>(() => Enroll(new Applicant(null, caller, s_here)));
        Assert.Contains("has expired on", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_not_known_here_is_not_renewed()
    {
        IssuedCertificate foreign = _authority.Issue(new PublicKey(_key), new SpiffeId(Domain, "shop", "web"), "token");
        Assert.Contains("was not issued by this mesh's server", Denied(foreign), StringComparison.Ordinal);
    }

    [Fact]
    public void In_development_processes_of_this_machine_get_what_they_name_and_renew_it_there_alone()
    {
        string csr = AuthorityBench.Csr(_key, Uri($"spiffe://{Domain}/ns/default/sa/web"));
        Applicant local = new(null, null, s_here);
        (SpiffeId id, string proof, IssuedCertificate issued) = Enroll(local, csr, isDevelopment: true);
        Assert.Equal(("web.default", "being on this machine"), (id.FullName, proof));
        Assert.Equal(id, Enroll(new Applicant(null, CallerOf(issued), s_here), csr, isDevelopment: true).Id);
        Assert.Contains("was not issued by this mesh's server", Denied(issued), StringComparison.Ordinal);

        foreach ((Applicant applicant, bool isDevelopment) in (ReadOnlySpan<(Applicant, bool)>)[(local, false), (new Applicant(null, null, IPAddress.Parse("10.0.0.1")), true), (new Applicant(null, null, null), true)])
        {
            RequestRefusedException refusal = Assert.Throws<RequestRefusedException>(() => Enroll(applicant, csr, isDevelopment));
            Assert.Equal(StatusCode.Unauthenticated, refusal.Status.StatusCode);
        }
    }

    [Theory]
    [InlineData("spiffe://{0}/ns/mesh-system/sa/config-server", StatusCode.PermissionDenied)]
    [InlineData("spiffe://{0}/ns/Mesh-System/sa/web", StatusCode.PermissionDenied)]
    [InlineData("spiffe://elsewhere/ns/default/sa/web", StatusCode.PermissionDenied)]
    [InlineData("spiffe://{0}/web", StatusCode.InvalidArgument)]
    [InlineData(null, StatusCode.InvalidArgument)]
    public void Nobody_gets_the_mesh_s_own_names_or_another_mesh_s(string? uri, StatusCode code)
    {
        string csr = uri is null ? AuthorityBench.Csr(_key)
            : AuthorityBench.Csr(_key, Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, uri, Domain)));
        RequestRefusedException refusal = Assert.Throws<RequestRefusedException>(() => Enroll(new Applicant(null, null, s_here), csr, isDevelopment: true));
        Assert.Equal(code, refusal.Status.StatusCode);
    }

    [Fact]
    public void A_token_for_the_mesh_s_own_namespace_gives_nothing() => Assert.Contains(
        "mesh-system", Refused(StatusCode.PermissionDenied, Token("mesh-system"), AuthorityBench.Csr(_key)), StringComparison.Ordinal);

    [Fact]
    public void A_backup_has_no_tokens()
    {
        Issue(Token());
        _database.Write(connection =>
        {
            SqliteBackup.Write(connection, _bench.At("backup.db"));
            return true;
        });
        using Microsoft.Data.Sqlite.SqliteConnection backup = SqliteConnections.Open(_bench.At("backup.db"), Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        Assert.Equal(0, backup.Scalar<long>("SELECT (SELECT count(*) FROM join_tokens) + (SELECT count(*) FROM members) + (SELECT count(*) FROM certificates)"));
    }

    public void Dispose()
    {
        _key.Dispose();
        _database.Dispose();
        _bench.Dispose();
    }

    private static X509Extension Uri(string uri) => UriName.Of(uri, isCritical: false);

    private static string Secret(string text) => text[..text.LastIndexOf('.')];

    private static string NewCsr()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return AuthorityBench.Csr(key);
    }

    // Of one key, and signed by another.
    private string Forged()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName(""), new PublicKey(_key), HashAlgorithmName.SHA256);
        return PemEncoding.WriteString("CERTIFICATE REQUEST", request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other)));
    }

    private string Token(string space = "shop") => _tokens.Create(
        new NewJoinToken(new Grant("web", space, Maps.Empty, []), "ann") { Uses = 1 }, TimeSpan.FromHours(1),
        _authority.Bundle.Roots[0].PublicKey.ExportSubjectPublicKeyInfo()).Text;

    private (SpiffeId Id, string Proof, IssuedCertificate Issued) Issue(string token, string? csr = null) =>
        Enroll(new Applicant(Secret(token), CallerIdentity.Unknown, s_here), csr);

    private string Refused(StatusCode code, string token, string csr)
    {
        RequestRefusedException refusal = Assert.Throws<RequestRefusedException>(() => Issue(token, csr));
        Assert.Equal(code, refusal.Status.StatusCode);
        return refusal.Message;
    }

    private (SpiffeId Id, string Proof, IssuedCertificate Issued) Renew(IssuedCertificate before) => Enroll(new Applicant(null, CallerOf(before), s_here), NewCsr());

    private string Denied(IssuedCertificate before, string? csr = null)
    {
        RequestRefusedException refusal = Assert.Throws<RequestRefusedException>(() => Enroll(new Applicant(null, CallerOf(before), s_here), csr));
        Assert.Equal(StatusCode.PermissionDenied, refusal.Status.StatusCode);
        return refusal.Message;
    }

    private CallerIdentity CallerOf(IssuedCertificate issued)
    {
        PeerVerdict verdict = PeerCertificate.Verify(issued.Leaf, issued.Above, _authority.Bundle, PeerRole.Client, _bench.Time.GetUtcNow());
        Assert.True(verdict.IsProven, verdict.Refusal);
        return CallerIdentity.Of(verdict, issued.Leaf, issued.Above, _authority.Bundle);
    }

    private (SpiffeId Id, string Proof, IssuedCertificate Issued) Enroll(Applicant applicant, string? csr = null, bool isDevelopment = false) =>
        new Enrollment(_authority, new Membership(_database, _bench.Time), Callers, isDevelopment, _bench.Time).Issue(applicant, csr ?? AuthorityBench.Csr(_key), null);
}
