using System.Threading.Channels;
using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Registry;

/// <summary>
/// Keeps registrations in the database: all that have come while one transaction was written go into the next, so that many at once cost
/// few syncs of the disk.
/// </summary>
internal sealed class RegistrationWriter : IRegistrationStore
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(10);

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Null: the server lives.
    private readonly Channel<Entry?> _entries = Channel.CreateUnbounded<Entry?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private readonly ITimer? _life;

    // What could not be written and is to be: of each instance the newest.
    private readonly Dictionary<(string Service, string Instance), Entry> _later = [];
    private bool _fails;
    private volatile bool _hasLived;

    /// <param name="database">Where to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets what goes wrong.</param>
    /// <param name="lifeFrom">After how long it is kept, again and again, that the server lives; null: never.</param>
    public RegistrationWriter(SqliteDatabase database, TimeProvider time, ILogger logger, TimeSpan? lifeFrom = null)
    {
        (_database, _time, _logger) = (database, time, logger);
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync);
            _life = lifeFrom is { } first ? time.CreateTimer(static state => ((RegistrationWriter)state!).Live(), this, first, s_life) : null;
        }
    }

    public Task PutAsync(Registration registration, bool canWait)
    {
        Entry entry = new(registration, IsPut: true, canWait);
        return _entries.Writer.TryWrite(entry) ? entry.Done.Task
            : Task.FromException(new StoreException(StoreFailure.Unavailable, "This server is shutting down."));
    }

    // After the end nothing is forgotten: whoever goes then is not heard after the restart.
    public Task DeleteAsync(Registration registration)
    {
        Entry entry = new(registration, IsPut: false, CanWait: true);
        return _entries.Writer.TryWrite(entry) ? entry.Done.Task : Task.CompletedTask;
    }

    /// <summary>Writes what has come until now.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_hasLived)
        {
            Live();
        }

        _entries.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _life?.Dispose();
        _ending.Dispose();
    }

    private void Live()
    {
        _hasLived = true;
        _entries.Writer.TryWrite(null);
    }

    private async Task RunAsync()
    {
        while (_later.Count > 0 || await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            List<Entry> batch = [.. _later.Values];
            _later.Clear();
            bool lives = false;
            while (_entries.Reader.TryRead(out Entry? entry))
            {
                if (entry is null)
                {
                    lives = true;
                }
                else
                {
                    batch.Add(entry);
                }
            }

            Settle(batch, Write(batch, lives));
            if (_later.Count > 0)
            {
                if (_ending.IsCancellationRequested)
                {
                    return;
                }

                await Task.Delay(s_pause, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Whoever is not kept is told so, and comes again; what is not forgotten would come back after a restart.
    private void Settle(List<Entry> batch, StoreException? failure)
    {
        foreach (Entry entry in batch)
        {
            if (failure is not null && !entry.CanWait)
            {
                entry.Done.TrySetException(failure);
                continue;
            }

            if (failure is not null)
            {
                _later[(entry.Registration.Service, entry.Registration.Instance)] = entry;
            }

            entry.Done.TrySetResult();
        }
    }

    private StoreException? Write(List<Entry> batch, bool lives)
    {
        try
        {
            _database.Write(connection =>
            {
                using Microsoft.Data.Sqlite.SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
                foreach (Entry entry in batch)
                {
                    if (entry.IsPut)
                    {
                        RegistrationRows.Put(connection, entry.Registration);
                    }
                    else
                    {
                        RegistrationRows.Delete(connection, entry.Registration);
                    }
                }

                if (lives)
                {
                    ServerLife.Write(connection, _time.GetUtcNow());
                }

                transaction.Commit();
                return true;
            });
        }
        catch (Exception failure)
        {
            // Whatever it is: were the loop to end, every process would wait for ever.
            if (!_fails)
            {
                _fails = true;
                _logger.NotKept(failure.Message);
            }

            return failure as StoreException ?? new StoreException(StoreFailure.Unavailable, failure.Message, failure);
        }

        if (_fails)
        {
            _fails = false;
            _logger.KeptAgain();
        }

        return null;
    }

    private sealed record Entry(Registration Registration, bool IsPut, bool CanWait)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
