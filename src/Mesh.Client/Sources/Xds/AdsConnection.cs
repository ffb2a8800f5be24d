using System.Runtime.CompilerServices;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Keeps one stream to one of the config servers: the first that answers, in order, and an earlier one again once that has answered anew. It
/// runs until it is disposed.
/// </summary>
internal sealed class AdsConnection : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AsyncSignal _questions = new();
    private readonly XdsClient _client;
    private readonly XdsTarget _target;
    private readonly AddressList _addresses;

    // Versions mean something to the server that gave them alone.
    private readonly Dictionary<Uri, Dictionary<XdsResourceType, string>> _accepted = [];
    private readonly StreamOutcomes _outcomes;
    private readonly Backoff _return;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile RunningStream? _running;
    private volatile RunningStream? _candidate;

    public AdsConnection(XdsClient client, XdsTarget target, Random random, TimeProvider time, ILogger logger)
    {
        _client = client;
        _target = target;
        _addresses = new AddressList(target.Addresses);
        _outcomes = new StreamOutcomes(client, target, _addresses, random, logger);
        _return = new Backoff(random);
        _time = time;
        _logger = logger;
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>Once a server has answered, or the first one has failed.</summary>
    public Task Heard => _heard.Task;

    /// <summary>Other resources are followed than before.</summary>
    public void Wake()
    {
        _questions.Set();
        _running?.Wake();
        _candidate?.Wake();
    }

    /// <summary>The server is stuck: it is left as one that fails.</summary>
    public void Leave(string why) => _running?.Leave(new TimeoutException(why));

    public void Dispose() => _stop.Cancel();

    // It lasts until it is disposed, whatever happens in it.
    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        TellOfPlainText();
        RunningStream? next = null;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                RunningStream stream = next ?? await BeginAsync(stop).ConfigureAwait(false);
                (next, wait) = await KeepAsync(stream, stop).ConfigureAwait(false);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // Disposed: the normal end, which the stream tells of by an exception of its own.
                return;
            }
            catch (Exception unforeseen)
            {
                Guarded.Log(() => _logger.ConfigServerFailed(unforeseen));
                _heard.TrySetResult();
                (next, wait) = (null, Backoff.AfterFault());
            }

            await Task.Delay(wait, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Without a question a server has nothing to answer, and would be taken for one that is stuck.
    private async Task<RunningStream> BeginAsync(CancellationToken stop)
    {
        while (!_client.HasQuestions)
        {
            await _questions.WaitAsync(stop).ConfigureAwait(false);
        }

        return Begin(_addresses.Current, stop);
    }

    private RunningStream Begin(Uri address, CancellationToken stop) =>
        new(address, questions => new AdsStream(_client, this, _target, address, AcceptedOf(address), questions, _time), stop);

    /// <summary>Has one stream to its end, or until a preferred server has answered.</summary>
    /// <returns>The preferred one's stream, or null; and how long to wait before the next.</returns>
    private async Task<(RunningStream? Next, TimeSpan Wait)> KeepAsync(RunningStream stream, CancellationToken stop)
    {
        await using ConfiguredAsyncDisposable disposed = stream.ConfigureAwait(false);

        // What was asked between its beginning and now has woken nobody.
        _running = stream;
        stream.Wake();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<RunningStream?> returning = ReturnAsync(over.Token, stop);
        await Task.WhenAny(stream.Answered, returning).ConfigureAwait(false);
        if (stream.Answered.IsCompleted && await stream.Answered.ConfigureAwait(false))
        {
            OnAnswered(stream.Address);
        }

        await Task.WhenAny(stream.Ended, returning).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (await returning.ConfigureAwait(false) is { } preferred)
        {
            _addresses.Return(preferred.Address);
            return (preferred, TimeSpan.Zero);
        }

        Exception? failure = await stream.Ended.ConfigureAwait(false);
        _heard.TrySetResult();
        stop.ThrowIfCancellationRequested();
        _client.OnDisconnected(this);
        if (failure is not null || stream.AnsweredAt is null)
        {
            _client.OnGone(this);
        }

        TimeSpan? lived = stream.AnsweredAt is { } answered ? _time.GetElapsedTime(answered) : null;
        if (lived >= Backoff.Longest)
        {
            _return.Reset();
        }

        return (null, _outcomes.OnEnded(stream.Address, lived, failure));
    }

    /// <summary>Tries those that are preferred, ever more rarely, beside the stream in use: that one ends only once one of them has answered.</summary>
    /// <returns>Null: it was given up.</returns>
    private async Task<RunningStream?> ReturnAsync(CancellationToken over, CancellationToken stop)
    {
        Uri[] preferred = [.. _addresses.Earlier];
        try
        {
            while (true)
            {
                await Task.Delay(preferred.Length == 0 ? Timeout.InfiniteTimeSpan : _return.Next(), _time, over).ConfigureAwait(false);
                foreach (Uri address in preferred)
                {
                    if (await TryAsync(Begin(address, stop), over).ConfigureAwait(false) is { } answering)
                    {
                        return answering;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<RunningStream?> TryAsync(RunningStream candidate, CancellationToken over)
    {
        bool hasAnswered = false;
        _candidate = candidate;
        candidate.Wake();
        try
        {
            hasAnswered = await candidate.Answered.WaitAsync(over).ConfigureAwait(false);
            return hasAnswered ? candidate : null;
        }
        finally
        {
            if (!hasAnswered)
            {
                await candidate.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private Dictionary<XdsResourceType, string> AcceptedOf(Uri address)
    {
        if (!_accepted.TryGetValue(address, out Dictionary<XdsResourceType, string>? accepted))
        {
            _accepted[address] = accepted = [];
        }

        return accepted;
    }

    private void OnAnswered(Uri address)
    {
        _client.OnConnected(this, address);
        _heard.TrySetResult();
        _outcomes.OnAnswered(address);
    }

    private void TellOfPlainText()
    {
        string open = string.Join(", ", _target.Addresses.Where(address => address.Scheme == Uri.UriSchemeHttp && !XdsServer.IsLocal(address)).Select(XdsServer.TextOf));
        if (open.Length > 0 && _target.Bootstrap is null)
        {
            Guarded.Log(() => _logger.ConfigServerInPlainText(open));
        }
        else if (open.Length > 0)
        {
            Guarded.Log(() => _logger.XdsServerInPlainText(open));
        }
    }
}
