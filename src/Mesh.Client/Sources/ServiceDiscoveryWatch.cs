using System.Collections.Immutable;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mesh.Client.Sources;

/// <summary>
/// Follows one service: asks again when a provider tells of a change, and every <see cref="RefreshPeriod"/> for those that cannot.
/// A provider that fails leaves the last answer in force.
/// </summary>
internal sealed class ServiceDiscoveryWatch : IDisposable
{
    internal static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _service;
    private readonly Func<IReadOnlyList<ServiceDiscoveryQuery>> _ask;
    private readonly Action<SourceAnswer> _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IReadOnlyList<ServiceDiscoveryQuery>? _queries;
    private bool _known;

    public ServiceDiscoveryWatch(
        string service,
        Func<IReadOnlyList<ServiceDiscoveryQuery>> ask,
        Action<SourceAnswer> observer,
        TimeProvider time,
        ILogger logger)
    {
        _service = service;
        _ask = ask;
        _observer = observer;
        _time = time;
        _logger = logger;

        // The watch outlives the call that began it and must not carry that call's context around.
        using (ExecutionContext.SuppressFlow())
        {
            _ = RunAsync();
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
                await WaitAsync(await AskAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed: the normal end.
        }
        finally
        {
            foreach (ServiceDiscoveryQuery query in _queries ?? [])
            {
                await query.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <returns>The tokens that tell of a change; null after a failure.</returns>
    private async ValueTask<IReadOnlyList<IChangeToken>?> AskAsync(CancellationToken stop)
    {
        try
        {
            _queries ??= _ask();
            ServiceDiscoveryAnswer answer = new();
            foreach (ServiceDiscoveryQuery query in _queries)
            {
                await query.AskAsync(answer, stop).ConfigureAwait(false);
            }

            // Providers cannot say "known, and empty". A service that was known once stays the mesh's.
            _known |= answer.Endpoints.Count > 0;
            ImmutableArray<MeshEndpoint> endpoints = [.. answer.Endpoints];
            _observer(_known ? new SourceAnswer { Endpoints = endpoints } : SourceAnswer.NotKnown);
            return answer.Changes;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            // A provider is foreign code: whatever it throws, the last answer holds and it is asked again.
            _logger.ServiceDiscoveryFailed(_service, failure);
            return null;
        }
    }

    private async Task WaitAsync(IReadOnlyList<IChangeToken>? changes, CancellationToken stop)
    {
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<IDisposable> registrations = [];
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            bool allTell = changes is { Count: > 0 };
            foreach (IChangeToken change in changes ?? [])
            {
                allTell &= change.ActiveChangeCallbacks;
                registrations.Add(change.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed));
            }

            TimeSpan patience = changes is null ? RetryPeriod : allTell ? Timeout.InfiniteTimeSpan : RefreshPeriod;
            await (await Task.WhenAny(changed.Task, Task.Delay(patience, _time, over.Token)).ConfigureAwait(false)).ConfigureAwait(false);
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
