using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.ConfigServer.Registry;
using Mesh.Model.HealthChecks;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>Asks one instance again and again whether it is well, until it is disposed.</summary>
/// <param name="registration">The instance.</param>
/// <param name="question">What it is asked.</param>
/// <param name="check">Asks once.</param>
/// <param name="reason">Why it is thought to be unwell so far; null: it is not.</param>
/// <param name="schedule">When it is asked.</param>
internal sealed class HealthChecker(
    Registration registration, HealthQuestion question, IHealthCheck check, string? reason, CheckSchedule schedule) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>As the instance said it last.</summary>
    public Registration Registration { get; set; } = registration;

    public HealthQuestion Question => question;

    /// <summary>What the answers come to. It is the observer who enters them.</summary>
    public HealthRecord Record { get; } = new(question.Settings, reason);

    /// <summary>Begins. It outlives what it is begun for, and so does not run in its context.</summary>
    /// <param name="observer">Is told every answer, one after the other: what is wrong, or null. It must not throw: that would be the end.</param>
    public void Start(Action<HealthChecker, string?> observer)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(observer, _stop.Token));
        }
    }

    // Elsewhere, for what is cancelled goes on at once where it is cancelled, and here is the registry's lock.
    public void Dispose() => _ = _stop.CancelAsync();

    private async Task RunAsync(Action<HealthChecker, string?> observer, CancellationToken stop)
    {
        try
        {
            await schedule.StartAsync(question.Settings, stop).ConfigureAwait(false);
            string? problem = reason;
            while (true)
            {
                problem = await AskAsync(problem is null, stop).ConfigureAwait(false);
                observer(this, problem);
                await schedule.PauseAsync(question.Settings, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end.
        }
    }

    private async Task<string?> AskAsync(bool wasGood, CancellationToken stop)
    {
        try
        {
            return await schedule.AskAsync(check, question.Settings.Timeout, wasGood, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            return TextOf(failure);
        }
    }

    // The cause says most. The commonest has a text of its own on every system.
    private static string TextOf(Exception failure) => failure switch
    {
        AuthenticationException => failure.Message,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        { InnerException: { } cause } => TextOf(cause),
        _ => failure.Message,
    };
}
