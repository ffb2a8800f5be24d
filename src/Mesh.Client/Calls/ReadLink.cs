namespace Mesh.Client.Calls;

/// <summary>A token that the reader of a body, the time of its call, and the time that it may pause cancel.</summary>
internal sealed class ReadLink(CancellationToken reader, CancellationToken time, CancellationToken idle) : IDisposable
{
    // Two tokens are cheaper than three, and as a rule there are no more.
    private readonly CancellationTokenSource _source = idle.CanBeCanceled
        ? CancellationTokenSource.CreateLinkedTokenSource(reader, time, idle)
        : CancellationTokenSource.CreateLinkedTokenSource(reader, time);

    public CancellationToken Reader => reader;

    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();
}
