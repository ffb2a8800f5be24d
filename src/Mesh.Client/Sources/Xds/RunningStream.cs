namespace Mesh.Client.Sources.Xds;

/// <summary>A stream that was begun and runs by itself, until it ends or is disposed.</summary>
internal sealed class RunningStream : IAsyncDisposable
{
    private readonly TaskCompletionSource<bool> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over;
    private readonly AsyncSignal _questions;
    private readonly AdsStream _stream;
    private volatile Exception? _left;

    /// <param name="address">The server.</param>
    /// <param name="open">Makes the stream, which sends what is newly asked when the signal is set.</param>
    /// <param name="stop">Ends it.</param>
    public RunningStream(Uri address, Func<AsyncSignal, AdsStream> open, CancellationToken stop)
    {
        Address = address;
        _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _questions = new AsyncSignal();
        _stream = open(_questions);
        Ended = RunAsync(_over.Token);
    }

    public Uri Address { get; }

    /// <summary>True with the first answer that was taken; false once there will be none.</summary>
    public Task<bool> Answered => _answered.Task;

    /// <summary>When it answered first; null: it has not.</summary>
    public long? AnsweredAt => _stream.AnsweredAt;

    /// <summary>What it failed of; null: the server has ended it in good order.</summary>
    public Task<Exception?> Ended { get; }

    /// <summary>Other resources are followed than before.</summary>
    public void Wake() => _questions.Set();

    /// <summary>Ends it as one that has failed.</summary>
    public void Leave(Exception why)
    {
        _left = why;
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _stream.Dispose();
        _over.Dispose();
    }

    private async Task<Exception?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.RunAsync(() => _answered.TrySetResult(true), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure)
        {
            return _left ?? failure;
        }
        finally
        {
            _answered.TrySetResult(false);
        }
    }
}
