using System.Threading.Channels;

namespace Mesh.Client.Sources.Xds;

/// <summary>Wakes one who waits; however often it was set meanwhile, once.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(1);

    public void Set() => _set.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
