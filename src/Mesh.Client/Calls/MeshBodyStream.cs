using System.Runtime.CompilerServices;

namespace Mesh.Client.Calls;

/// <summary>
/// Reads the body of an answer and tells <see cref="MeshContent"/> how that ends. Writing passes through, for connections that were
/// upgraded (101).
/// </summary>
internal sealed class MeshBodyStream(MeshContent content, Stream body) : Stream
{
    private ReadLink? _link;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => body.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        content.Idle?.Begin();
        ValueTask<int> read = body.ReadAsync(buffer, content.TokenFor(cancellationToken, ref _link));
        if (!read.IsCompletedSuccessfully)
        {
            return FinishReadAsync(read, buffer.Length, cancellationToken);
        }

        content.Idle?.End();
        return new ValueTask<int>(Take(read.Result, buffer.Length));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (content.HasLimit)
        {
            // A read that blocks cannot be cancelled; one that is waited for can.
            return ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
        }

        try
        {
            return Take(body.Read(buffer, offset, count), count);
        }
        catch (Exception exception)
        {
            content.Break(exception, CancellationToken.None);
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        content.Idle?.Touch();
        body.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        content.Idle?.Touch();
        return body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => body.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A read that waits fails of this, which is no fault of the endpoint's.
            content.Drop();
            body.Dispose();
            _link?.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishReadAsync(ValueTask<int> read, int room, CancellationToken cancellationToken)
    {
        content.IsWaiting = true;
        try
        {
            return Take(await read.ConfigureAwait(false), room);
        }
        catch (Exception exception)
        {
            Exception told = content.Break(exception, cancellationToken);
            if (content.EndWithTrailers())
            {
                return 0;
            }

            if (told == exception)
            {
                throw;
            }

            throw told;
        }
        finally
        {
            content.IsWaiting = false;
            content.Idle?.End();
        }
    }

    private int Take(int count, int room)
    {
        if (count == 0 && room > 0)
        {
            content.End();
            _link?.Dispose();
        }

        return count;
    }
}
