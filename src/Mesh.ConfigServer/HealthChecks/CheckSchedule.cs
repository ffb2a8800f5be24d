using Mesh.Model;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>When questions are asked: spread over time, and so many at once that neither the server nor its network drowns in them.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads them.</param>
/// <param name="atOnce">How many wait for answers at a time, and how many more of those who gave no good one last; others wait for their turn.</param>
internal sealed class CheckSchedule(TimeProvider time, Random random, int atOnce = CheckSchedule.UsuallyAtOnce) : IDisposable
{
    private const int UsuallyAtOnce = 128;

    private readonly SemaphoreSlim _turns = new(atOnce);

    // Who does not answer keeps its turn for long: others are not to wait for that.
    private readonly SemaphoreSlim _turnsOfSilent = new(atOnce);

    /// <summary>Instances that come together, such as after a restart of the server, are not asked in one instant.</summary>
    public Task StartAsync(HealthCheckSettings settings, CancellationToken stop) =>
        Task.Delay(settings.Interval * (0.1 * random.NextDouble()), time, stop);

    public Task PauseAsync(HealthCheckSettings settings, CancellationToken stop) =>
        Task.Delay(settings.Interval * (0.9 + (0.2 * random.NextDouble())), time, stop);

    /// <summary>Asks once when its turn has come: what is wrong, or null.</summary>
    /// <param name="check">Asks.</param>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <param name="wasGood">Whether the answer before was good, or there was none yet.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<string?> AskAsync(IHealthCheck check, TimeSpan timeout, bool wasGood, CancellationToken stop)
    {
        SemaphoreSlim turns = wasGood ? _turns : _turnsOfSilent;
        await turns.WaitAsync(stop).ConfigureAwait(false);
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
            turns.Release();
        }
    }

    public void Dispose()
    {
        _turns.Dispose();
        _turnsOfSilent.Dispose();
    }
}
