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

    // Of a gRPC message: whether it is compressed, and its length.
    private const int Prefix = 5;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    // What came of messages, and how much of it was handed out already.
    private byte[] _messages = [];
    private int _received;
    private int _taken;

    /// <summary>Of everything that came in, headers of frames included.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next message; null: the call or the connection has ended. Valid until the next one is read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        DropTaken();
        if (Take() is { } waiting)
        {
            return waiting;
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
            if (Take() is { } message)
            {
                return message;
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
        _taken = _received;
        DropTaken();
    }

    private (int Length, Http2Frame Kind, byte Flags) Head()
    {
        ReadOnlySpan<byte> head = _buffer.AsSpan(_start);
        return ((head[0] << 16) | (head[1] << 8) | head[2], (Http2Frame)head[3], head[4]);
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_received + part.Length > _messages.Length)
        {
            int whole = _received == 0 && part.Length >= Prefix ? Prefix + BinaryPrimitives.ReadInt32BigEndian(part[1..]) : 0;
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(whole, _received + part.Length));
            _messages.AsSpan(0, _received).CopyTo(larger);
            ReturnMessages();
            _messages = larger;
        }

        part.CopyTo(_messages.AsSpan(_received));
        _received += part.Length;
    }

    // The first message, once it is whole. A frame may have several.
    private ReadOnlyMemory<byte>? Take()
    {
        if (_received < Prefix || BinaryPrimitives.ReadInt32BigEndian(_messages.AsSpan(1)) is var length && _received < Prefix + length)
        {
            return null;
        }

        _taken = Prefix + length;
        return _messages.AsMemory(Prefix, length);
    }

    private void DropTaken()
    {
        _messages.AsSpan(_taken, _received - _taken).CopyTo(_messages);
        (_received, _taken) = (_received - _taken, 0);
        if (_received == 0)
        {
            ReturnMessages();
        }
    }

    private void ReturnMessages()
    {
        if (_messages.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_messages);
            _messages = [];
        }
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
