namespace Mesh.Client.Calls;

/// <summary>A token that both the reader of a body and the time of its call cancel.</summary>
internal sealed class ReadLink(CancellationToken reader, CancellationToken time) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(reader, time);

    public CancellationToken Reader => reader;

    public CancellationToken Token => _source.Token;

    public void Dispose() => _source.Dispose();
}
