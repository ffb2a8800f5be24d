using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.ConfigServer.Store;
using Mesh.Model.Identity;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Every certificate that was ever issued, a line of JSON each, on the disk before anybody gets it. Each line has the hash of the one before, and
/// the database that of the last, so that nobody who has the file alone can change it, take lines out or cut it unseen.
/// </summary>
internal sealed class CertificateJournal : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly FileStream _stream;
    private JournalHead _head;

    private CertificateJournal(SqliteDatabase database, TimeProvider time, string file)
    {
        (_database, _time, Place) = (database, time, file);
        DataDirectory.MakeFile(file);
        _stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        _head = JournalHead.Start;
    }

    public string Place { get; }

    /// <exception cref="StoreException">It cannot be had.</exception>
    public static CertificateJournal Open(string directory, SqliteDatabase database, TimeProvider time, ILogger logger) => database.Write(connection =>
    {
        CertificateJournal journal = new(database, time, Path.Combine(directory, "certificates.log"));
        journal.Take(JournalHead.Read(connection), logger);
        return journal;
    });

    /// <summary>Adds one, in the transaction that there is.</summary>
    /// <exception cref="StoreException">It cannot be kept, and must not be handed out.</exception>
    public void Append(X509Certificate2 leaf, SpiffeId id, string by) => _database.Write(connection =>
    {
        JournalEntry entry = new(
            _time.GetUtcNow(), leaf.SerialNumber, id.ToString(), leaf.NotAfter.ToUniversalTime(), by, _head.Hash);
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(entry, CertificatesJson.Default.JournalEntry);
        long end = _stream.Seek(0, SeekOrigin.End);
        try
        {
            _stream.Write([.. line, (byte)'\n']);
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // What is half written must not become the beginning of the next line.
            _stream.SetLength(end);
            throw;
        }

        _head = new JournalHead(_head.Lines + 1, Convert.ToHexStringLower(SHA256.HashData(line)));
        _head.Write(connection);
        return true;
    });

    /// <summary>Reads all of it.</summary>
    public JournalVerdict Verify() => _database.Write(_ =>
    {
        JournalVerdict verdict = JournalVerdict.Of(_stream, _head);
        return verdict.Fault is null && verdict.Lines > _head.Lines
            ? verdict with { Fault = string.Create(CultureInfo.InvariantCulture, $"It has {verdict.Lines} lines, and the server wrote {_head.Lines}: somebody else wrote some.") }
            : verdict;
    });

    /// <summary>The newest first.</summary>
    public IReadOnlyList<JournalEntry> Last(int count) => _database.Write(_ => JournalLines.Read(_stream).TakeLast(count).Reverse()
        .Select(line => JournalEntry.TryRead(line.Bytes)).OfType<JournalEntry>().ToList());

    public void Dispose() => _stream.Dispose();

    private void Take(JournalHead? known, ILogger logger)
    {
        JournalVerdict verdict = JournalVerdict.Of(_stream, known ?? JournalHead.Start);
        bool isHalf = verdict.HalfLine > 0;
        if (verdict.Fault is { } fault)
        {
            // The next line follows from what was the last, so that the gap stays visible for good.
            _head = known ?? verdict.End;
            logger.JournalBroken(Place, fault);
            if (isHalf)
            {
                _stream.Seek(0, SeekOrigin.End);
                _stream.WriteByte((byte)'\n');
            }

            return;
        }

        // A line more than the database knows is of a certificate whose transaction did not end: nobody got it.
        _head = verdict.End;
        if (isHalf)
        {
            _stream.SetLength(_stream.Length - verdict.HalfLine);
            logger.JournalMended(Place);
        }
    }
}
