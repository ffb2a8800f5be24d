using System.Collections.Immutable;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Dns;

/// <summary>
/// Looks one name up again and again. A look-up that fails, finds nothing or takes longer than <see cref="Limit"/> leaves the last answer
/// in force.
/// </summary>
internal sealed class DnsLookup : IDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan LongestRetryPeriod = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly DnsName _name;
    private readonly Func<CancellationToken, Task<DnsAnswer>> _ask;
    private readonly Func<DnsPace> _pace;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile DnsAnswer? _answer;
    private bool _isFailing;

    /// <param name="name">What is looked up.</param>
    /// <param name="ask">Looks it up once.</param>
    /// <param name="pace">How often.</param>
    /// <param name="random">Spreads the look-ups over time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told that the name cannot be looked up.</param>
    public DnsLookup(
        DnsName name, Func<CancellationToken, Task<DnsAnswer>> ask, Func<DnsPace> pace, Random random, TimeProvider time, ILogger logger)
    {
        _name = name;
        _ask = ask;
        _pace = pace;
        _random = random;
        _time = time;
        _logger = logger;
    }

    /// <summary>Tells of a new <see cref="Answer"/>, one after the other.</summary>
    public event Action? Changed;

    /// <summary>The last good answer; nothing where the first look-up failed; null before it has ended.</summary>
    public DnsAnswer? Answer => _answer;

    /// <summary>How many want to know.</summary>
    public int Followers { get; set; }

    /// <summary>Begins. It outlives the call that it is begun for, and so does not run in its context.</summary>
    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync);
        }
    }

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true)
            {
                DnsPace pace = _pace();
                TimeSpan pause = await LookUpAsync(pace.Interval, stop).ConfigureAwait(false);

                // Names that are declared together, and processes that start together, must not ask together for ever.
                await PauseAsync(pause * (0.9 + (0.2 * _random.NextDouble())), pace, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end.
        }
    }

    /// <returns>How long its result holds.</returns>
    private async Task<TimeSpan> LookUpAsync(TimeSpan interval, CancellationToken stop)
    {
        try
        {
            DnsAnswer answer = await AskAsync(stop).ConfigureAwait(false);
            if (!answer.Targets.IsEmpty)
            {
                _isFailing = false;
                Take(answer);
                return LifeOf(answer, interval);
            }

            Fail("It has no addresses.");
        }
        catch (TimeoutException) when (!stop.IsCancellationRequested)
        {
            Fail($"There was no answer within {Limit.TotalSeconds} s.");
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            Fail(failure.Message);
        }

        return interval < LongestRetryPeriod ? interval : LongestRetryPeriod;
    }

    // Many a server says 0 s, and would be asked without a pause; another says a day, and would hide that an endpoint is gone.
    private static TimeSpan LifeOf(DnsAnswer answer, TimeSpan interval) => answer.ValidFor is { } life
        ? TimeSpan.FromTicks(Math.Clamp(life.Ticks, Math.Min(ShortestLife.Ticks, interval.Ticks), interval.Ticks))
        : interval;

    private async Task<DnsAnswer> AskAsync(CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<DnsAnswer> asked = _ask(over.Token);
        try
        {
            return await asked.WaitAsync(Limit, _time, stop).ConfigureAwait(false);
        }
        finally
        {
            // Where nobody waits any more, nobody is told of its failure either.
            await over.CancelAsync().ConfigureAwait(false);
            _ = asked.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task PauseAsync(TimeSpan pause, DnsPace pace, CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(Task.Delay(pause, _time, over.Token), pace.End).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private void Take(DnsAnswer answer)
    {
        // Name servers give the same addresses in ever another order.
        ImmutableArray<DnsTarget> targets = [.. answer.Targets.Distinct().OrderBy(target => target.Host, StringComparer.Ordinal).ThenBy(target => target.Port).ThenBy(target => target.Priority)];
        if (_answer is not { } last || !last.Targets.SequenceEqual(targets))
        {
            _answer = new DnsAnswer(targets);
            Changed?.Invoke();
        }
    }

    private void Fail(string reason)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            _logger.DnsLookupFailed(_name.Host, _answer is { Targets.IsEmpty: false } ? "its last answer holds" : "it has not answered yet", reason);
        }

        if (_answer is null)
        {
            _answer = DnsAnswer.Nothing;
            Changed?.Invoke();
        }
    }
}
