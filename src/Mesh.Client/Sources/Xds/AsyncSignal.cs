using System.Threading.Channels;

namespace Mesh.Client.Sources.Xds;

/// <summary>Wakes one who waits; however often it was set meanwhile, once.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(1);

    public void Set() => _set.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Until it is set, or the time is over. Does not throw.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(atMost, time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);

        // Not beside a delay: whoever goes on waiting there when the time is over piles up, and takes what is set later from whoever waits then.
        await WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
