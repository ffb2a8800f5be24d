namespace Mesh.Client.Calls;

/// <summary>Writes through to a stream and keeps a copy, until the copy would grow past a limit.</summary>
internal sealed class KeepingStream(Stream target, int limit) : WatchedStream(target)
{
    private MemoryStream? _copy = new();

    /// <summary>All that was written; null where it was more than the limit.</summary>
    public ReadOnlyMemory<byte>? Kept => _copy is { } copy ? copy.GetBuffer().AsMemory(0, (int)copy.Length) : default(ReadOnlyMemory<byte>?);

    /// <summary>How many bytes were to be written.</summary>
    public long Count { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Keep(buffer);
        base.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        return base.WriteAsync(buffer, cancellationToken);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        if (Count > limit)
        {
            _copy = null;
        }

        _copy?.Write(bytes);
    }
}
