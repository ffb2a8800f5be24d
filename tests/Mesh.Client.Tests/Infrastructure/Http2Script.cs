using System.Buffers.Binary;
using System.Text;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>The few frames of HTTP/2 (RFC 9113) that a scripted server needs.</summary>
internal static class Http2Script
{
    public const int RefusedStream = 0x7;
    public const int Cancel = 0x8;
    public const int InternalError = 0x2;

    private const byte Headers = 0x1;
    private const byte ResetStream = 0x3;
    private const byte Settings = 0x4;
    private const byte GoAway = 0x7;

    /// <summary>Greets the client.</summary>
    public static async Task OpenAsync(this RawConnection connection)
    {
        await connection.Stream.ReadExactlyAsync(new byte[24], connection.Stopping);
        await WriteAsync(connection, Settings, 0, 0, []);
    }

    /// <summary>Reads up to the next request, and returns its stream.</summary>
    public static async Task<int> ReadHeadersAsync(this RawConnection connection)
    {
        byte[] head = new byte[9];
        while (true)
        {
            await connection.Stream.ReadExactlyAsync(head, connection.Stopping);
            int length = (head[0] << 16) | (head[1] << 8) | head[2];
            await connection.Stream.ReadExactlyAsync(new byte[length], connection.Stopping);
            if (head[3] == Settings && head[4] == 0)
            {
                await WriteAsync(connection, Settings, flags: 1, 0, []);
            }

            if (head[3] == Headers)
            {
                connection.CountRequest();
                return BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
            }
        }
    }

    /// <summary>Ends one stream.</summary>
    public static Task ResetAsync(this RawConnection connection, int stream, int error) =>
        WriteAsync(connection, ResetStream, 0, stream, Number(error));

    /// <summary>Ends the connection: streams after the last one were not looked at.</summary>
    public static Task GoAwayAsync(this RawConnection connection, int last, int error) =>
        WriteAsync(connection, GoAway, 0, 0, [.. Number(last), .. Number(error)]);

    /// <summary>Answers 200 with headers alone.</summary>
    public static Task AnswerAsync(this RawConnection connection, int stream, params (string Name, string Value)[] headers) =>
        AnswerAsync(connection, stream, status: 0x88, headers);

    /// <summary>Answers 500 with headers alone.</summary>
    public static Task FailAsync(this RawConnection connection, int stream) => AnswerAsync(connection, stream, status: 0x8e, []);

    private static Task AnswerAsync(RawConnection connection, int stream, byte status, (string Name, string Value)[] headers)
    {
        // HPACK: the entries 8 and 14 of the static table are ":status: 200" and ":status: 500"; 0 announces a name and a value as they are.
        byte[] block = [status, .. headers.SelectMany(header => (byte[])[0, .. Text(header.Name), .. Text(header.Value)])];
        return WriteAsync(connection, Headers, flags: 0x4 | 0x1, stream, block);

        static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }

    private static async Task WriteAsync(RawConnection connection, byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Number(stream), .. payload];
        await connection.Stream.WriteAsync(frame, connection.Stopping);
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
