using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Tests.Certificates;

public sealed class CertificateJournalTests : IDisposable
{
    private readonly AuthorityBench _bench = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SqliteDatabase _database;

    public CertificateJournalTests()
    {
        _database = SqliteDatabase.Open(_bench.At("data"), "DataDirectory", _bench.Time);
        using CertificateJournal journal = Open();
        CertificateAuthority authority = CertificateAuthority.Open(_bench.Settings, _bench.Time, _bench.Log, journal);
        for (int i = 0; i < 4; i++)
        {
            authority.Issue(new PublicKey(_key), new SpiffeId(authority.Bundle.TrustDomain, "default", $"web-{i}"), "token");
        }

        Assert.Null(journal.Verify().Fault);
        Assert.Equal(["web-3", "web-2"], journal.Last(2).Select(entry => entry.Identity.Split('/')[^1]));
    }

    private string File => Path.Combine(_bench.At("data"), "certificates.log");

    public void Dispose()
    {
        _database.Dispose();
        _key.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("nothing", null)]
    [InlineData("changed", "Line 3 does not follow from line 2")]
    [InlineData("last", "line 4 was changed")]
    [InlineData("taken out", "Line 2 does not follow from line 1")]
    [InlineData("first", "Line 1 does not follow from nothing")]
    [InlineData("tail", "It has 3 lines, and the server wrote 4: its end was cut off")]
    [InlineData("half of the tail", "Line 4 is none that a server wrote")]
    [InlineData("all", "its end was cut off")]
    [InlineData("garbage", "Line 2 is none that a server wrote")]
    public void Whatever_is_changed_is_found_and_stays_found(string what, string? expected)
    {
        List<string> lines = [.. System.IO.File.ReadAllLines(File)];
        string text = what switch
        {
            "changed" => Text([lines[0], lines[1].Replace("web-1", "web-9", StringComparison.Ordinal), .. lines[2..]]),
            "last" => Text([.. lines[..3], lines[3].Replace("web-3", "web-9", StringComparison.Ordinal)]),
            "taken out" => Text([lines[0], .. lines[2..]]),
            "first" => Text(lines[1..]),
            "tail" => Text(lines[..3]),
            "half of the tail" => Text(lines[..3]) + lines[3][..20],
            "all" => "",
            "garbage" => Text([lines[0], "garbage", .. lines[2..]]),
            _ => Text(lines),
        };
        System.IO.File.WriteAllText(File, text);
        for (int i = 0; i < 2; i++)
        {
            using CertificateJournal journal = Open();
            Found(i == 0 || expected is null ? expected : "", journal.Verify().Fault);
            Assert.Equal(expected is not null, _bench.Log.Collector.GetSnapshot().Any(line => line.Id.Id == 167));

            // What comes later does not cover it.
            CertificateAuthority authority = CertificateAuthority.Open(_bench.Settings, _bench.Time, _bench.Log, journal);
            authority.Issue(new PublicKey(_key), new SpiffeId(authority.Bundle.TrustDomain, "default", "web"), "token");
            Assert.Equal(expected is null, journal.Verify().Fault is null);
        }
    }

    [Fact]
    public void Half_a_line_behind_all_that_was_handed_out_is_a_crash_and_mended()
    {
        System.IO.File.AppendAllText(File, "{\"time\":");
        using (CertificateJournal journal = Open())
        {
            Assert.Null(journal.Verify().Fault);
            Assert.Equal(4, journal.Verify().Lines);
        }

        Assert.Equal(166, Assert.Single(_bench.Log.Collector.GetSnapshot(), line => line.Id.Id is 166 or 167).Id.Id);
        Assert.EndsWith("\n", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_before_a_transaction_was_lost_is_no_fault()
    {
        JournalHead before = _database.Write(connection => JournalHead.Read(connection)!.Value);
        using (CertificateJournal journal = Open())
        {
            CertificateAuthority.Open(_bench.Settings, _bench.Time, _bench.Log, journal).Issue(new PublicKey(_key), new SpiffeId("mesh", "default", "web"), "token");
        }

        _database.Write(connection =>
        {
            before.Write(connection);
            return true;
        });
        using CertificateJournal again = Open();
        Assert.Null(again.Verify().Fault);
        Assert.Equal(5, again.Verify().Lines);
    }

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static void Found(string? expected, string? fault)
    {
        if (expected is null)
        {
            Assert.Null(fault);
        }
        else
        {
            Assert.Contains(expected, fault, StringComparison.Ordinal);
        }
    }

    private CertificateJournal Open() => CertificateJournal.Open(_bench.At("data"), _database, _bench.Time, _bench.Log);
}
