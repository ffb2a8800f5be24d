using Mesh.Client.AspNetCore.Draining;
using Mesh.Client.AspNetCore.Registration;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Client.AspNetCore.Hosting;

/// <summary>
/// Registers the process once it listens. When the host stops, it withdraws the process while the server still serves, and has the server stop within
/// the time to drain. The outbound half lasts longer: calls in flight may go on calling others.
/// </summary>
internal sealed class InboundLifetime(
    SettingsMonitor settings,
    MeshIdentity identity,
    Registrar registrar,
    Listeners listeners,
    DrainState drain,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    IHostEnvironment environment,
    IOptions<HostOptions> host,
    TimeProvider time,
    ILogger<InboundLifetime> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan s_longestSpread = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private CancellationTokenRegistration _stopping;
    private Task? _draining;
    private Task _serverStop = Task.CompletedTask;

    private MeshSettings Settings => settings.Current.Settings;

    // A default that nobody has set must not keep an application from its start that waits for less.
    private TimeSpan DrainTimeout =>
        Settings.Inbound is { IsDrainTimeoutGiven: false } inbound && host.Value.ShutdownTimeout != Timeout.InfiniteTimeSpan && host.Value.ShutdownTimeout * 2 / 3 < inbound.DrainTimeout
            ? host.Value.ShutdownTimeout * 2 / 3
            : Settings.Inbound.DrainTimeout;

    private IServer? Server => services.GetService<IServer>();

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        (TimeSpan drainTimeout, TimeSpan shutdownTimeout) = (DrainTimeout, host.Value.ShutdownTimeout);
        if (Settings.Inbound.Enabled && shutdownTimeout != Timeout.InfiniteTimeSpan && drainTimeout >= shutdownTimeout)
        {
            throw new MeshConfigurationException([new DocumentFault(
                "Mesh:Inbound:DrainTimeout",
                $"{Durations.Format(drainTimeout)} is not below the host's shutdown timeout of {Durations.Format(shutdownTimeout)}, after which nothing is waited for. Lower it, or raise HostOptions.ShutdownTimeout.")]);
        }

        if (Server is { } server && !StrictCheck.IsOfTests(server))
        {
            StrictCheck.Check(server, Settings.Inbound);
        }

        // Where a signal stops the host, this comes before StoppingAsync.
        _stopping = lifetime.ApplicationStopping.UnsafeRegister(static state => ((InboundLifetime)state!).BeginDraining(), this);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!drain.IsDraining && Server is { } server && !StrictCheck.IsOfTests(server) && server.Features.Get<IServerAddressesFeature>() is { } addresses)
        {
            StrictCheck.Check(addresses.Addresses, listeners.ProtocolsOf, Settings.Inbound);
            registrar.Begin([.. addresses.Addresses]);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _draining ??= Settings.Inbound.Enabled ? DrainAsync(cancellationToken) : registrar.WithdrawAsync(s_longestSpread, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _serverStop;

    public void Dispose() => _stopping.Dispose();

    private void BeginDraining()
    {
        if (Settings.Inbound.Enabled)
        {
            drain.Begin(time.GetTimestamp());
        }
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        // Settings may have changed since the start: the host waits for nothing longer than that.
        (TimeSpan drainTimeout, TimeSpan shutdownTimeout) = (DrainTimeout, host.Value.ShutdownTimeout);
        drainTimeout = shutdownTimeout != Timeout.InfiniteTimeSpan && shutdownTimeout < drainTimeout ? shutdownTimeout : drainTimeout;
        BeginDraining();
        Guarded.Log(() => logger.Draining(identity.By(Settings).Name, drainTimeout));
        TimeSpan half = drainTimeout / 2;
        TimeSpan spread = half < s_longestSpread ? half : s_longestSpread;
        bool isSpread = await registrar.WithdrawAsync(spread, cancellationToken).ConfigureAwait(false);
        if (Server is not { } server)
        {
            return;
        }

        if (!isSpread && !StrictCheck.IsOfTests(server) && !environment.IsDevelopment())
        {
            await ServeOnAsync(spread, cancellationToken).ConfigureAwait(false);
        }

        TimeSpan left = LeftOf(drainTimeout);
        _serverStop = new ServerStop(server, time, logger).RunAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, drainTimeout, cancellationToken);
    }

    // Callers that nobody has told go on calling, and lose what they send as their connection is closed. Meanwhile each answer tells the one who gets it.
    private async Task ServeOnAsync(TimeSpan spread, CancellationToken cancellationToken)
    {
        TimeSpan left = LeftOf(spread);
        if (left > TimeSpan.Zero)
        {
            Guarded.Log(() => logger.ServesOn(identity.By(Settings).Name, left));
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan LeftOf(TimeSpan whole) => whole - time.GetElapsedTime(drain.BeganAt);
}
