using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>A config server that runs, from its start until it is stopped or disposed.</summary>
internal sealed class MeshConfigServer : IAsyncDisposable
{
    private readonly ServerSettings _settings;
    private readonly OpenedStore _store;
    private readonly WebApplication _app;
    private readonly ILogger _logger;
    private readonly Readiness _readiness;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isStopping;

    private MeshConfigServer(ServerSettings settings, OpenedStore store, WebApplication app, ILogger logger)
    {
        _settings = settings;
        _store = store;
        _app = app;
        _logger = logger;
        _readiness = app.Services.GetRequiredService<Readiness>();
    }

    public ServerAddresses Addresses { get; private set; } = new(null, null, null);

    /// <summary>What whoever started it should know.</summary>
    public IReadOnlyList<ServerNotice> Notices => _settings.Notices;

    /// <summary>The access token of an admin that was made at this start; null: none was. A secret.</summary>
    public string? AdminToken { get; private set; }

    /// <summary>Its parts, for tests.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Ends when the server has stopped.</summary>
    public Task Stopped => _stopped.Task;

    /// <exception cref="IOException">
    /// An address, a directory or the ready file cannot be had; the message says which, and what to do.
    /// </exception>
    public static async Task<MeshConfigServer> StartAsync(
        ServerSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ILogger logger = loggers.CreateLogger("Mesh.ConfigServer");
        var listeners = new Listeners(settings);
        OpenedStore store = await ServerStore.OpenAsync(settings, logger, time, cancellationToken).ConfigureAwait(false);
        MeshConfigServer server;
        try
        {
            server = new MeshConfigServer(settings, store, ServerApp.Build(settings, listeners, store, loggers, time), logger);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        try
        {
            await server.StartAsync(listeners, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>From now on the server says that it is not ready, and goes on serving.</summary>
    public void AnnounceStop() => _readiness.IsStopping = true;

    /// <summary>Requests in flight are served until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isStopping, 1) != 0)
        {
            await Stopped.ConfigureAwait(false);
            return;
        }

        if (_readiness.IsStarted)
        {
            _logger.ServerStopping();
        }

        AnnounceStop();
        RemoveReadyFile();
        try
        {
            await _app.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops at once, where it has not stopped yet.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    private async Task StartAsync(Listeners listeners, CancellationToken cancellationToken)
    {
        if (_settings.ReadyFile is { } stale)
        {
            // Left by one that was killed, it would name addresses that nobody listens on.
            ReadyFile.Remove(stale);
        }

        await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        Addresses = listeners.Addresses;
        ServerFacts facts = _app.Services.GetRequiredService<ServerFacts>();
        facts.Xds = Addresses.Xds;
        facts.Http = Addresses.Http;
        if (_settings.Access.IsRequired)
        {
            // Now that all else works: what nobody is told of would lock everybody out of the next start.
            AdminToken = FirstAdmin.Make(_settings, _app.Services.GetRequiredService<AccessTokens>(), _logger);
        }

        _readiness.IsStarted = true;
        _logger.ServerStarted(Where(Addresses.Http), Where(Addresses.Xds), Where(Addresses.XdsTls), _store.Store.Place);
        foreach (ServerNotice notice in Notices)
        {
            if (notice.IsDanger)
            {
                _logger.IsOpen(notice.Text);
            }
            else
            {
                _logger.Notice(notice.Text);
            }
        }

        if (_settings.ReadyFile is { } readyFile)
        {
            ReadyFile.Write(readyFile, Addresses);
        }
    }

    private static string Where(string? address) => address is null ? ListenAddress.Off : $"at {address}";

    private async Task EndAsync()
    {
        try
        {
            await using (_store.ConfigureAwait(false))
            {
                await _app.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _stopped.SetResult();
        }
    }

    private void RemoveReadyFile()
    {
        if (_settings.ReadyFile is not { } readyFile || !_readiness.IsStarted)
        {
            return;
        }

        try
        {
            ReadyFile.Remove(readyFile);
        }
        catch (IOException exception)
        {
            _logger.ReadyFileLeft(exception.Message);
        }
    }
}
