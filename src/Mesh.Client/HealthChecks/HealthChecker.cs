using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Mesh.Model;
using Mesh.Model.HealthChecks;

namespace Mesh.Client.HealthChecks;

/// <summary>Asks one endpoint again and again whether it is well, until it is disposed.</summary>
internal sealed class HealthChecker : IDisposable
{
    private static readonly TimeSpan s_longestSpread = TimeSpan.FromSeconds(0.1);

    private readonly CancellationTokenSource _stop = new();
    private readonly HealthCheckSettings _settings;
    private readonly MeshEndpoint _endpoint;
    private readonly IHealthCheck _check;
    private readonly EndpointTransport _connections;
    private readonly Random _random;
    private readonly TimeProvider _time;

    /// <param name="settings">What is asked, and how often.</param>
    /// <param name="endpoint">Who is asked.</param>
    /// <param name="check">Asks once.</param>
    /// <param name="connections">What it asks over.</param>
    /// <param name="reason">Why the endpoint is thought to be unwell so far; null: it is not.</param>
    /// <param name="random">Spreads the questions over time.</param>
    /// <param name="time">The clock.</param>
    public HealthChecker(
        HealthCheckSettings settings, MeshEndpoint endpoint, IHealthCheck check, EndpointTransport connections, string? reason, Random random, TimeProvider time)
    {
        _settings = settings;
        _endpoint = endpoint;
        _check = check;
        _connections = connections;
        _random = random;
        _time = time;
        Record = new HealthRecord(settings, reason);
    }

    /// <summary>What the answers come to. It is the observer who enters them.</summary>
    public HealthRecord Record { get; }

    /// <summary>Whether it does what these settings ask for already.</summary>
    public bool Asks(HealthCheckSettings settings, MeshEndpoint endpoint, ConnectionSecurity security) =>
        endpoint.Scheme == _endpoint.Scheme
        && endpoint.Protocols == _endpoint.Protocols
        && security == _connections.Settings.Security
        && settings.IsSameAs(_settings);

    /// <summary>Begins. It outlives what it is begun for, and so does not run in its context.</summary>
    /// <param name="observer">Is told every answer, one after the other: what is wrong, or null. It must not throw: that would be the end.</param>
    public void Start(Action<string?> observer)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(observer));
        }
    }

    public void Dispose()
    {
        // Elsewhere, for it is under the service's gate here, and what is cancelled may be code of the application's that waits, or throws.
        Forget(_stop.CancelAsync());
        _connections.Dispose();
    }

    private async Task RunAsync(Action<string?> observer)
    {
        CancellationToken stop = _stop.Token;
        try
        {
            // Endpoints that are listed together must not be asked in one instant, nor by processes that start together for ever.
            TimeSpan spread = _settings.Interval * 0.1;
            await Task.Delay((spread < s_longestSpread ? spread : s_longestSpread) * _random.NextDouble(), _time, stop).ConfigureAwait(false);
            while (true)
            {
                observer(await AskAsync(stop).ConfigureAwait(false));
                await Task.Delay(_settings.Interval * (0.9 + (0.2 * _random.NextDouble())), _time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end.
        }
    }

    private async Task<string?> AskAsync(CancellationToken stop)
    {
        using CancellationTokenSource late = new(_settings.Timeout, _time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        Task<string?> asked = _check.AskAsync(over.Token);
        try
        {
            return await asked.WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (Exception) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {_settings.Timeout.TotalSeconds} s");
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            return TextOf(failure);
        }
        finally
        {
            Forget(asked);
        }
    }

    // Where nobody waits, nobody is told of a failure either.
    private static void Forget(Task task) =>
        _ = task.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    // The cause says most, but for TLS: what refuses a certificate knows why, and what it throws does not. The commonest has a text of its
    // own on every system.
    private static string TextOf(Exception failure) => failure switch
    {
        AuthenticationException => failure.Message,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        { InnerException: { } cause } => TextOf(cause),
        _ => failure.Message,
    };
}
