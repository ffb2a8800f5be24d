using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using SQLitePCL;

namespace Mesh.ConfigServer.Tests.Registry;

public sealed class RegistrationWriterTests : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly StoreFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly FakeLogger _logger = new();
    private readonly SqliteDatabase _database;
    private RegistrationWriter _writer;

    public RegistrationWriterTests()
    {
        _database = SqliteDatabase.Open(_folder.Path, "--data", _folder.Time);
        _writer = new RegistrationWriter(_database, _time, _logger);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_kept_is_there_after_a_restart()
    {
        await _writer.PutAsync(Of("1"), canWait: false).InTime();
        await _writer.PutAsync(Of("2", epoch: 5), canWait: false).InTime();
        await _writer.DeleteAsync(Of("1")).InTime();
        await RestartAsync();
        Assert.Equal("catalog.default/2 5 at 127.0.0.1:5001", Kept());
    }

    [Fact]
    public async Task Of_an_instance_the_newest_epoch_stays_whatever_comes_late()
    {
        await _writer.PutAsync(Of("1", epoch: 5), canWait: false).InTime();
        await _writer.PutAsync(Of("1", epoch: 4), canWait: false).InTime();
        await _writer.DeleteAsync(Of("1", epoch: 4)).InTime();
        await _writer.DeleteAsync(Of("1", epoch: 5) with { Owner = "server-2" }).InTime();
        await RestartAsync();
        Assert.Equal("catalog.default/1 5 at 127.0.0.1:5001", Kept());
        await _writer.DeleteAsync(Of("1", epoch: 5)).InTime();
        await RestartAsync();
        Assert.Equal("", Kept());
    }

    [Fact]
    public async Task All_that_comes_while_one_is_written_goes_into_one_transaction()
    {
        int transactions = 0;
        raw.sqlite3_commit_hook(_database.Connection.Handle, _ => transactions++ * 0, null);
        Task[] puts;
        await using (SqliteConnection other = SqliteConnections.Open(_folder.Database, SqliteOpenMode.ReadWrite))
        {
            // The writer waits for it with what has come by then.
            other.Execute("BEGIN IMMEDIATE");
            puts = [.. Enumerable.Range(0, 500).Select(i => _writer.PutAsync(Of($"{i}"), canWait: false))];
            other.Execute("COMMIT");
        }

        await Task.WhenAll(puts).InTime();
        Assert.InRange(transactions, 1, 4);
        Assert.Equal(500, Kept().Split(", ").Length);
    }

    [Fact]
    public async Task Who_cannot_be_kept_is_told_and_what_cannot_be_forgotten_is_forgotten_later()
    {
        await _writer.PutAsync(Of("1"), canWait: false).InTime();
        _database.Connection.Execute("PRAGMA query_only = ON");
        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => _writer.PutAsync(Of("2"), canWait: false).InTime());
        Assert.Equal(StoreFailure.Unavailable, refused.Failure);
        await _writer.DeleteAsync(Of("1")).InTime();
        await Eventually.Holds(() => _time.IsArmed(s_pause));
        _database.Connection.Execute("PRAGMA query_only = OFF");
        await Eventually.Holds(() => Kept().Length == 0, () => _time.Advance(s_pause));
        Assert.Equal([161, 162], _logger.Collector.GetSnapshot().Select(line => line.Id.Id));

        // And no one waits for the end.
        await _writer.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(() => _writer.PutAsync(Of("3"), canWait: false));
        _writer = new RegistrationWriter(_database, _time, _logger);
    }

    [Fact]
    public async Task Of_one_that_is_known_the_newest_is_kept_later_and_nobody_is_told()
    {
        await _writer.PutAsync(Of("1"), canWait: false).InTime();
        await _writer.PutAsync(Of("2"), canWait: false).InTime();
        _database.Connection.Execute("PRAGMA query_only = ON");
        Task told = Task.WhenAll(
            _writer.PutAsync(Of("1", epoch: 2), canWait: true), _writer.PutAsync(Of("2", epoch: 2), canWait: true),
            _writer.DeleteAsync(Of("1", epoch: 2)));
        await Eventually.Holds(() => told.IsCompletedSuccessfully, () => _time.Advance(s_pause));
        Assert.Equal("catalog.default/1 1 at 127.0.0.1:5001, catalog.default/2 1 at 127.0.0.1:5001", Kept());
        _database.Connection.Execute("PRAGMA query_only = OFF");
        await Eventually.Holds(() => Kept() == "catalog.default/2 2 at 127.0.0.1:5001", () => _time.Advance(s_pause));
    }

    [Fact]
    public async Task Whatever_fails_is_told_and_the_next_are_kept_all_the_same()
    {
        _database.Connection.Close();
        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => _writer.PutAsync(Of("1"), canWait: false).InTime());
        Assert.IsType<InvalidOperationException>(refused.InnerException);
        _database.Connection.Open();
        await _writer.PutAsync(Of("2"), canWait: false).InTime();
        Assert.Equal("catalog.default/2 1 at 127.0.0.1:5001", Kept());
    }

    [Theory]
    [InlineData(1, "DROP TABLE certificate_journal; DROP TABLE bundle_acknowledgements; DROP TABLE revocations; DROP TABLE audit; DROP TABLE access_tokens; DROP TABLE certificates; DROP TABLE members; DROP TABLE join_tokens; DROP TABLE life; DROP TABLE registrations;")]
    [InlineData(2, "DROP TABLE certificate_journal; DROP TABLE bundle_acknowledgements; DROP TABLE revocations; DROP TABLE audit; DROP TABLE access_tokens; DROP TABLE certificates; DROP TABLE members; DROP TABLE join_tokens; DROP TABLE life;")]
    [InlineData(3, "DROP TABLE certificate_journal; DROP TABLE bundle_acknowledgements; DROP TABLE revocations; DROP TABLE audit; DROP TABLE access_tokens; DROP TABLE certificates; DROP TABLE members; DROP TABLE join_tokens;")]
    [InlineData(4, "DROP TABLE certificate_journal; DROP TABLE bundle_acknowledgements; DROP TABLE revocations; ALTER TABLE members DROP COLUMN revoked; DROP TABLE audit; DROP TABLE access_tokens;")]
    [InlineData(5, "DROP TABLE certificate_journal; DROP TABLE bundle_acknowledgements; DROP TABLE revocations; ALTER TABLE members DROP COLUMN revoked;")]
    public async Task A_database_of_a_version_before_is_brought_to_this_one(int version, string drop)
    {
        await _writer.DisposeAsync();
        _database.Connection.Execute($"{drop} PRAGMA user_version = {version};");
        _database.Dispose();
        using (SqliteDatabase again = SqliteDatabase.Open(_folder.Path, "--data", _folder.Time))
        {
            Assert.False(again.IsNew);
            Assert.Equal(6, again.Connection.Scalar<long>("PRAGMA user_version"));
            Assert.Equal(TimeSpan.Zero, AbsenceOf(again, TimeSpan.FromDays(1)));
            Assert.Empty(again.Write(connection => RegistrationRows.ReadAll(connection, NullLogger.Instance)));
        }

        // And a backup of it is still one.
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), TestContext.Current.CancellationToken);
        await store.BackUpAsync(_folder.File("backup"), TestContext.Current.CancellationToken);
        using (SqliteConnection backup = SqliteConnections.Open(_folder.File("backup"), SqliteOpenMode.ReadWrite))
        {
            backup.Execute($"{drop} PRAGMA user_version = {version};");
        }

        await store.RestoreAsync(_folder.File("backup"), Docs.Ann, TestContext.Current.CancellationToken);
        Assert.Single(store.Current.Services);
        _writer = new RegistrationWriter(_database, _time, _logger);
    }

    [Fact]
    public async Task How_long_the_server_was_away_is_known_to_ten_seconds()
    {
        await _writer.DisposeAsync();
        Assert.Equal(TimeSpan.Zero, AbsenceOf(_database, TimeSpan.Zero));
        await using (RegistrationWriter living = new(_database, _time, _logger, TimeSpan.FromMinutes(1)))
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            await living.PutAsync(Of("1"), canWait: false).InTime();
            Assert.Equal(TimeSpan.Zero, AbsenceOf(_database, TimeSpan.FromDays(1)));
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.Holds(() => AbsenceOf(_database, TimeSpan.FromDays(1)) == TimeSpan.FromDays(1));
            _time.Advance(TimeSpan.FromSeconds(10));
            await Eventually.Holds(() => AbsenceOf(_database, TimeSpan.Zero) == TimeSpan.Zero && AbsenceOf(_database, TimeSpan.FromHours(1)) == TimeSpan.FromHours(1));
            _time.Advance(TimeSpan.FromSeconds(9));
        }

        // Its end is written, too. And a date that went back makes no absence.
        Assert.Equal(TimeSpan.FromHours(1), AbsenceOf(_database, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.Zero, AbsenceOf(_database, TimeSpan.FromHours(-1)));
        _writer = new RegistrationWriter(_database, _time, _logger);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_told_of_and_left_out()
    {
        await _writer.PutAsync(Of("1"), canWait: false).InTime();
        await _writer.PutAsync(Of("2"), canWait: false).InTime();
        _database.Connection.Execute("UPDATE registrations SET content = x'ff' WHERE instance = '1'");
        Registration only = Assert.Single(_database.Write(connection => RegistrationRows.ReadAll(connection, _logger)));
        Assert.Equal("2", only.Instance);
        Assert.Equal(163, Assert.Single(_logger.Collector.GetSnapshot()).Id.Id);

        // Once.
        Assert.Single(_database.Write(connection => RegistrationRows.ReadAll(connection, _logger)));
        Assert.Single(_logger.Collector.GetSnapshot());
    }

    private TimeSpan AbsenceOf(SqliteDatabase database, TimeSpan later) =>
        database.Write(connection => ServerLife.ReadAbsence(connection, _time.GetUtcNow() + later));

    private static Registration Of(string instance, long epoch = 1)
    {
        Mesh.Model.Xds.Wire.Registration message = Messages.Registration("catalog", instance, 5001);
        message.Epoch = epoch;
        return RegistrationReader.Read(message, new AddressPolicy([], ""), System.Net.IPAddress.Loopback, "server-1", DateTimeOffset.UnixEpoch).Value!;
    }

    private async Task RestartAsync()
    {
        await _writer.DisposeAsync();
        _writer = new RegistrationWriter(_database, _time, _logger);
    }

    private string Kept() => string.Join(", ", _database.Write(connection => RegistrationRows.ReadAll(connection, NullLogger.Instance))
        .Select(kept => $"{kept.Service}/{kept.Instance} {kept.Epoch} at {kept.Endpoints[0].Address}"));
}
