using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Certificates;

public sealed class MembershipTests : IDisposable
{
    private static readonly IPAddress s_here = IPAddress.Parse("10.1.0.5");

    private readonly StoreFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private SqliteDatabase _database;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte _issued;

    public MembershipTests() => _database = SqliteDatabase.Open(_folder.Path, "--data", _folder.Time);

    private Membership Membership => new(_database, _time);

    private JoinTokens Tokens => new(_database, _time);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void Who_shows_a_token_joins_as_whom_it_is_for()
    {
        string token = Token();
        Grant? granted = null;
        Membership.Join(token, "1", s_here, grant =>
        {
            granted = grant;
            return Next();
        });
        Assert.Equal(("web", "shop"), (granted!.Service, granted.Namespace));
        Assert.Equal("v1", granted.Labels["track"]);
    }

    [Fact]
    public void Nothing_after_the_secret_needs_to_be_sent() =>
        Assert.NotNull(Membership.Join(string.Join('.', Token().Split('.')[..2]), "1", s_here, Issue));

    [Fact]
    public void A_token_for_one_joins_one_and_the_same_one_as_often_as_its_answer_is_lost()
    {
        string token = Token(uses: 1);
        Membership.Join(token, "1", s_here, Issue);
        Membership.Join(token, "1", s_here, Issue);
        Assert.Contains("used up", Refusal(token, key: 2).Message, StringComparison.Ordinal);
        Membership.Join(token, "1", s_here, Issue);
    }

    [Fact]
    public void A_use_whose_certificate_was_not_signed_is_none()
    {
        string token = Token(uses: 1);
        Assert.Throws<RequestRefusedException>(() => Membership.Join(token, "1", s_here, _ => throw RequestRefusedException.Bad("No.")));
        Membership.Join(token, "2", s_here, Issue);
    }

    [Fact]
    public void A_token_without_a_number_joins_any_number()
    {
        string token = Token();
        for (int key = 0; key < 20; key++)
        {
            Membership.Join(token, $"{key}", s_here, Issue);
        }
    }

    [Fact]
    public void A_token_past_its_time_joins_nobody_and_a_moment_earlier_it_does()
    {
        string token = Token();
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Membership.Join(token, "1", s_here, Issue);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        RequestRefusedException refusal = Refusal(token, key: 2);
        Assert.Contains("expired", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Status.StatusCode is StatusCode.Unauthenticated);
    }

    [Fact]
    public void A_wrong_secret_a_wrong_id_and_what_is_no_token_are_refused()
    {
        string[] parts = Token().Split('.');
        Assert.True(Refusal($"{parts[0]}.{TokenText.NewSecret()}").Status.StatusCode is StatusCode.Unauthenticated);
        Assert.True(Refusal($"{TokenText.NewId()}.{parts[1]}").Status.StatusCode is StatusCode.Unauthenticated);
        foreach (string none in new[] { "", "a", "..", $"{parts[0]}.", parts[1], new string('a', 5000), $"{parts[0]}.{parts[1]}.x.y" })
        {
            Assert.Contains("no join token", Refusal(none).Message, StringComparison.Ordinal);
        }

        Membership.Join($"{parts[0]}.{parts[1]}", "1", s_here, Issue);
    }

    [Fact]
    public void A_token_joins_from_its_ranges_alone()
    {
        string token = Token(ranges: ["10.1.0.0/16"]);
        Membership.Join(token, "1", s_here, Issue);
        Membership.Join(token, "2", s_here.MapToIPv6(), Issue);
        Assert.Contains("10.2.0.5", Refusal(token, from: "10.2.0.5").Message, StringComparison.Ordinal);
        Assert.Throws<RequestRefusedException>(() => Membership.Join(token, "3", null, Issue));
    }

    [Fact]
    public void So_many_at_a_time_may_have_joined()
    {
        string token = Token(instances: 2);
        Membership.Join(token, "1", s_here, Issue);
        Membership.Join(token, "2", s_here, Issue);
        Assert.Contains("2 at a time", Refusal(token, key: 3).Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(30));
        Membership.Join(token, "3", s_here, Issue);
    }

    [Fact]
    public void So_many_a_minute_may_join()
    {
        string token = Token(perMinute: 1);
        Membership.Join(token, "1", s_here, Issue);
        Assert.Contains("1 a minute", Refusal(token, key: 2).Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Membership.Join(token, "2", s_here, Issue);
    }

    [Fact]
    public void A_revoked_token_joins_nobody_and_who_joined_by_it_renews_nothing()
    {
        string token = Token();
        string other = Token();
        IssuedCertificate first = Membership.Join(token, "1", s_here, Issue);
        Tokens.Revoke(token.Split('.')[0]);
        Assert.Contains("revoked", Refusal(token, key: 2).Message, StringComparison.Ordinal);
        Assert.Contains("revoked", Assert.Throws<RequestRefusedException>(() => Membership.Renew(first.Leaf.SerialNumber, s_here, Issue)).Message, StringComparison.Ordinal);
        Membership.Join(other, "1", s_here, Issue);
    }

    [Fact]
    public void The_last_certificate_is_renewed_again_and_again()
    {
        string serial = Membership.Join(Token(), "1", s_here, Issue).Leaf.SerialNumber;
        for (int i = 0; i < 5; i++)
        {
            serial = Membership.Renew(serial, s_here, Issue).Leaf.SerialNumber;
        }
    }

    [Fact]
    public void Whose_renewal_was_lost_asks_with_the_one_before()
    {
        string first = Membership.Join(Token(), "1", s_here, Issue).Leaf.SerialNumber;
        Membership.Renew(first, s_here, Issue);
        string second = Membership.Renew(first, s_here, Issue).Leaf.SerialNumber;
        Membership.Renew(second, s_here, Issue);
    }

    [Fact]
    public void An_old_certificate_is_a_copy_and_locks_both_for_good()
    {
        string first = Membership.Join(Token(), "1", s_here, Issue).Leaf.SerialNumber;
        string second = Membership.Renew(first, s_here, Issue).Leaf.SerialNumber;
        string third = Membership.Renew(second, s_here, Issue).Leaf.SerialNumber;

        Assert.Contains("there are two", Assert.Throws<RequestRefusedException>(() => Membership.Renew(first, s_here, Issue)).Message, StringComparison.Ordinal);
        _database.Dispose();
        _database = SqliteDatabase.Open(_folder.Path, "--data", _folder.Time);
        Assert.Contains("there are two", Assert.Throws<RequestRefusedException>(() => Membership.Renew(third, s_here, Issue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_and_its_first_key_are_of_no_use_once_the_one_who_joined_has_renewed()
    {
        string token = Token(uses: 1);
        string first = Membership.Join(token, "1", s_here, Issue).Leaf.SerialNumber;
        Membership.Renew(first, s_here, Issue);
        Assert.Contains("has renewed", Refusal(token, key: 1).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_renewed_from_the_ranges_alone()
    {
        string serial = Membership.Join(Token(ranges: ["10.1.0.0/16"]), "1", s_here, Issue).Leaf.SerialNumber;
        Assert.Throws<RequestRefusedException>(() => Membership.Renew(serial, IPAddress.Parse("10.2.0.5"), Issue));
        Membership.Renew(serial, s_here, Issue);
    }

    [Fact]
    public void A_certificate_that_nobody_here_issued_is_not_renewed() =>
        Assert.Contains("not issued", Assert.Throws<RequestRefusedException>(() => Membership.Renew("ABCD", s_here, Issue)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Tokens_are_listed_without_their_secrets()
    {
        string token = Token(uses: 3, ranges: ["10.1.0.0/16"]);
        Membership.Join(token, "1", s_here, Issue);
        JoinToken listed = Assert.Single(await Tokens.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((token.Split('.')[0], 3, 1, "ann"), (listed.Id, listed.Uses, listed.Used, listed.CreatedBy));
        Assert.Equal("10.1.0.0/16", Assert.Single(listed.Grant.Ranges).ToString());
        _database.Dispose();
        string secret = token.Split('.')[1];
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(file)).Contains(secret, StringComparison.Ordinal));
        _database = SqliteDatabase.Open(_folder.Path, "--data", _folder.Time);
    }

    private string Token(int? uses = null, int? instances = null, int? perMinute = null, string[]? ranges = null) => Tokens.Create(
        new NewJoinToken(new Grant("web", "shop", Maps.Empty.Add("track", "v1"), [.. (ranges ?? []).Select(range => IPNetwork.Parse(range))]), "ann")
        {
            Uses = uses, MaxInstances = instances, MaxPerMinute = perMinute,
        },
        TimeSpan.FromHours(1), [1, 2, 3]).Text;

    private RequestRefusedException Refusal(string token, int key = 9, string? from = null) =>
        Assert.Throws<RequestRefusedException>(() => Membership.Join(token, $"{key}", from is null ? s_here : IPAddress.Parse(from), Issue));

    private IssuedCertificate Issue(Grant grant) => Next();

    // As an authority does, without its chain.
    private IssuedCertificate Next()
    {
        DateTimeOffset now = _time.GetUtcNow();
        byte[] serial = [1, 0, 0, ++_issued];
        return new IssuedCertificate(
            new CertificateRequest("", _key, HashAlgorithmName.SHA256).Create(
                new X500DistinguishedName(""), X509SignatureGenerator.CreateForECDsa(_key), now, now.AddMinutes(30), serial), []);
    }
}
