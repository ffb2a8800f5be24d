using Mesh.Model;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>When questions are asked: spread over time, and so many at once that neither the server nor its network drowns in them.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads them.</param>
/// <param name="atOnce">How many wait for answers at a time; others wait for their turn.</param>
internal sealed class CheckSchedule(TimeProvider time, Random random, int atOnce = CheckSchedule.UsuallyAtOnce) : IDisposable
{
    private const int UsuallyAtOnce = 128;

    private readonly SemaphoreSlim _turns = new(atOnce);

    /// <summary>Instances that come together, such as after a restart of the server, are not asked in one instant.</summary>
    public Task StartAsync(HealthCheckSettings settings, CancellationToken stop) =>
        Task.Delay(settings.Interval * (0.1 * random.NextDouble()), time, stop);

    public Task PauseAsync(HealthCheckSettings settings, CancellationToken stop) =>
        Task.Delay(settings.Interval * (0.9 + (0.2 * random.NextDouble())), time, stop);

    /// <summary>Asks once when its turn has come: what is wrong, or null.</summary>
    public async Task<string?> AskAsync(IHealthCheck check, TimeSpan timeout, CancellationToken stop)
    {
        await _turns.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using CancellationTokenSource late = new(timeout, time);
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
            try
            {
                return await check.AskAsync(over.Token).ConfigureAwait(false);
            }
            catch (Exception) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds} s");
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
