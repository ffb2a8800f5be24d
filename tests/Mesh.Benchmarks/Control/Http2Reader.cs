using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mesh.Benchmarks.Control;

/// <summary>
/// Reads the messages of the one call on a connection. Between messages it holds no buffer, so that thousands of connections that wait cost
/// little more than their sockets.
/// </summary>
internal sealed class Http2Reader(Socket socket) : IDisposable
{
    private const byte EndStream = 1;
    private const int FirstBuffer = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private byte[] _message = [];
    private int _messageLength;

    /// <summary>Of everything that came in, headers of frames included.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next message; null: the call or the connection has ended. Valid until the next one is read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        if (_messageLength > 0)
        {
            ArrayPool<byte>.Shared.Return(_message);
            (_message, _messageLength) = ([], 0);
        }

        while (await FillAsync(Http2Writer.HeadLength, cancellation).ConfigureAwait(false))
        {
            (int length, Http2Frame kind, byte flags) = Head();
            if (!await FillAsync(Http2Writer.HeadLength + length, cancellation).ConfigureAwait(false))
            {
                return null;
            }

            ReadOnlyMemory<byte> payload = _buffer.AsMemory(_start + Http2Writer.HeadLength, length);
            bool isOver = kind is Http2Frame.ResetStream or Http2Frame.GoAway
                || (kind is Http2Frame.Headers or Http2Frame.Data && (flags & EndStream) != 0);
            if (kind is Http2Frame.Data)
            {
                Append(payload.Span);
            }
            else if (kind is Http2Frame.Settings or Http2Frame.Ping && (flags & 1) == 0)
            {
                byte[] answer = kind is Http2Frame.Settings ? Http2Writer.AcknowledgeSettings() : Http2Writer.AnswerPing(payload.Span);
                await socket.SendAsync(answer, cancellation).ConfigureAwait(false);
            }

            Consume(Http2Writer.HeadLength + length);
            if (IsWhole)
            {
                return _message.AsMemory(5, _messageLength - 5);
            }

            if (isOver)
            {
                return null;
            }
        }

        return null;
    }

    public void Dispose()
    {
        Release();
        if (_messageLength > 0)
        {
            ArrayPool<byte>.Shared.Return(_message);
            _messageLength = 0;
        }
    }

    private bool IsWhole => _messageLength >= 5 && _messageLength == 5 + BinaryPrimitives.ReadInt32BigEndian(_message.AsSpan(1));

    private (int Length, Http2Frame Kind, byte Flags) Head()
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(_start);
        return ((head[0] << 16) | (head[1] << 8) | head[2], (Http2Frame)head[3], head[4]);
    }

    // gRPC servers write one message at a time, so that no frame has parts of two.
    private void Append(ReadOnlySpan<byte> part)
    {
        if (_messageLength + part.Length > _message.Length)
        {
            int whole = _messageLength == 0 && part.Length >= 5 ? 5 + BinaryPrimitives.ReadInt32BigEndian(part[1..]) : 0;
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(whole, _messageLength + part.Length));
            _message.AsSpan(0, _messageLength).CopyTo(larger);
            if (_messageLength > 0)
            {
                ArrayPool<byte>.Shared.Return(_message);
            }

            _message = larger;
        }

        part.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += part.Length;
    }

    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellation)
    {
        while (_end - _start < wanted)
        {
            if (_buffer.Length == 0)
            {
                // Waits without a buffer.
                await socket.ReceiveAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
                _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            }

            MakeRoom(wanted);
            int read = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            BytesRead += read;
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int wanted)
    {
        if (_start + wanted <= _buffer.Length && _end < _buffer.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, _buffer.Length));
        _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (larger, 0, _end - _start);
    }

    private void Consume(int length)
    {
        _start += length;
        if (_start == _end)
        {
            Release();
        }
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _start, _end) = ([], 0, 0);
    }
}
