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

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private bool _fails;

    public RegistrationWriter(SqliteDatabase database, TimeProvider time, ILogger logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync);
        }
    }

    public Task PutAsync(Registration registration)
    {
        TaskCompletionSource kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_entries.Writer.TryWrite(new Entry(registration, kept)))
        {
            kept.SetException(new StoreException(StoreFailure.Unavailable, "This server is shutting down."));
        }

        return kept.Task;
    }

    // After the end nothing is forgotten: whoever goes then is not heard after the restart.
    public void Delete(Registration registration) => _entries.Writer.TryWrite(new Entry(registration, null));

    /// <summary>Writes what has come until now.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        List<Entry> batch = [];
        while (batch.Count > 0 || await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_entries.Reader.TryRead(out Entry? entry))
            {
                batch.Add(entry);
            }

            StoreException? failure = Write(batch);
            foreach (Entry entry in batch)
            {
                if (failure is null)
                {
                    entry.Kept?.TrySetResult();
                }
                else
                {
                    entry.Kept?.TrySetException(failure);
                }
            }

            // Whoever is not kept is told so, and comes again; what is not forgotten would come back after a restart.
            batch.RemoveAll(entry => failure is null || entry.Kept is not null);
            if (batch.Count > 0)
            {
                if (_ending.IsCancellationRequested)
                {
                    return;
                }

                await Task.Delay(s_pause, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private StoreException? Write(List<Entry> batch)
    {
        try
        {
            _database.Write(connection =>
            {
                using Microsoft.Data.Sqlite.SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
                foreach (Entry entry in batch)
                {
                    if (entry.Kept is null)
                    {
                        RegistrationRows.Delete(connection, entry.Registration);
                    }
                    else
                    {
                        RegistrationRows.Put(connection, entry.Registration);
                    }
                }

                transaction.Commit();
                return true;
            });
        }
        catch (StoreException failure)
        {
            if (!_fails)
            {
                _fails = true;
                _logger.NotKept(failure.Message);
            }

            return failure;
        }

        if (_fails)
        {
            _fails = false;
            _logger.KeptAgain();
        }

        return null;
    }

    // Without a task it is to be forgotten.
    private sealed record Entry(Registration Registration, TaskCompletionSource? Kept);
}
