using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.Sources;

/// <summary>
/// Follows one service: asks again when a provider tells of a change, and every <see cref="RefreshPeriod"/> for those that cannot.
/// A provider that fails leaves the last answer in force, and is asked again after <see cref="RetryPeriod"/>; ever more rarely while
/// the service was never known.
/// </summary>
internal sealed class ServiceDiscoveryWatch : IDisposable
{
    internal static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan LongestRetryPeriod = TimeSpan.FromSeconds(20);
    internal static readonly TimeSpan SmallestPause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _service;
    private readonly Func<Task<IReadOnlyList<ServiceDiscoveryQuery>>> _ask;
    private readonly Action<SourceAnswer> _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IReadOnlyList<ServiceDiscoveryQuery>? _queries;
    private string _unusable = "";
    private TimeSpan _retry = RetryPeriod;
    private bool _answered;
    private bool _known;
    private bool _failing;

    public ServiceDiscoveryWatch(
        string service,
        Func<Task<IReadOnlyList<ServiceDiscoveryQuery>>> ask,
        Action<SourceAnswer> observer,
        TimeProvider time,
        ILogger logger)
    {
        _service = service;
        _ask = ask;
        _observer = observer;
        _time = time;
        _logger = logger;

        // A provider is foreign code: it may block, or use a client of the factory, which needs the mesh that is being made here. So it
        // never runs on the thread of the call that began the watch, nor in its context.
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
            // Without a provider that takes the name there is nothing to follow.
            while (!stop.IsCancellationRequested && _queries is not { Count: 0 })
            {
                await FollowAsync(stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end.
        }
        finally
        {
            await ServiceDiscoveryQuery.DisposeAsync(_queries ?? []).ConfigureAwait(false);
        }
    }

    /// <summary>Asks, and waits until it is time to ask again.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            IReadOnlyList<IChangeToken> changes = await AskAsync(stop).ConfigureAwait(false);
            long answered = _time.GetTimestamp();
            if (_queries is { Count: > 0 })
            {
                await WaitAsync(changes, stop).ConfigureAwait(false);
            }

            _failing = false;
            _retry = RetryPeriod;

            // A provider that always tells of a change must not be asked without a pause.
            TimeSpan pause = SmallestPause - _time.GetElapsedTime(answered);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            if (!_failing)
            {
                _failing = true;
                _logger.ServiceDiscoveryFailed(_service, _answered ? "its last answer holds" : "it has not answered yet", failure);
            }

            await Task.Delay(_retry, _time, stop).ConfigureAwait(false);
            if (!_known && (_retry *= 2) > LongestRetryPeriod)
            {
                _retry = LongestRetryPeriod;
            }
        }
    }

    /// <returns>The tokens that tell of a change.</returns>
    private async Task<IReadOnlyList<IChangeToken>> AskAsync(CancellationToken stop)
    {
        _queries ??= await _ask().ConfigureAwait(false);
        ServiceDiscoveryAnswer answer = new();
        foreach (ServiceDiscoveryQuery query in _queries)
        {
            await query.AskAsync(answer, stop).ConfigureAwait(false);
        }

        TellUnusable(answer);

        // Providers cannot say "known, and empty". A service that was known once stays the mesh's.
        _known |= answer.Endpoints.Count > 0;
        _observer(_known ? new SourceAnswer { Endpoints = [.. answer.Endpoints] } : SourceAnswer.NotKnown);
        _answered = true;
        return answer.Changes;
    }

    private void TellUnusable(ServiceDiscoveryAnswer answer)
    {
        string unusable = string.Join(", ", answer.Unusable);
        if (unusable != _unusable && unusable.Length > 0)
        {
            _logger.EndpointsUnusable(_service, unusable);
        }

        _unusable = unusable;
    }

    private async Task WaitAsync(IReadOnlyList<IChangeToken> changes, CancellationToken stop)
    {
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<IDisposable> registrations = [];
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            foreach (IChangeToken change in changes.Where(change => change.ActiveChangeCallbacks))
            {
                registrations.Add(change.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed));
            }

            bool allTell = changes.Count > 0 && registrations.Count == changes.Count;
            Task patience = Task.Delay(allTell ? Timeout.InfiniteTimeSpan : RefreshPeriod, _time, over.Token);
            await (await Task.WhenAny(changed.Task, patience).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (IDisposable registration in registrations)
            {
                registration.Dispose();
            }
        }
    }
}
