using System.Buffers.Binary;
using System.Text;

namespace Mesh.Benchmarks.Control;

/// <summary>What a client sends, as bytes: as little HTTP/2 as one gRPC stream on a connection of its own needs (RFC 9113, RFC 7541).</summary>
internal static class Http2Writer
{
    public const int HeadLength = 9;

    /// <summary>The first that a client opens.</summary>
    private const int Stream = 1;

    private const byte Ack = 1;
    private const byte EndHeaders = 4;
    private const ushort InitialWindowSize = 4;
    private const int MaxWindow = int.MaxValue;
    private const int DefaultWindow = 65535;

    private static readonly byte[] s_preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /// <summary>Opens a connection and a call on it, with windows that never close.</summary>
    public static byte[] Open(string authority, string path)
    {
        byte[] settings = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(settings, InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), MaxWindow);
        byte[] window = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(window, MaxWindow - DefaultWindow);
        byte[] headers =
        [
            .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", path), .. Header(":authority", authority),
            .. Header("content-type", "application/grpc"), .. Header("te", "trailers"),
        ];
        return
        [
            .. s_preface,
            .. Frame(Http2Frame.Settings, 0, 0, settings),
            .. Frame(Http2Frame.WindowUpdate, 0, 0, window),
            .. Frame(Http2Frame.Headers, EndHeaders, Stream, headers),
        ];
    }

    /// <summary>A message of the call.</summary>
    public static byte[] Message(ReadOnlySpan<byte> message)
    {
        byte[] data = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(1), message.Length);
        message.CopyTo(data.AsSpan(5));
        return [.. data.Chunk(MaxFrame).SelectMany(part => Frame(Http2Frame.Data, 0, Stream, part))];
    }

    public static byte[] AcknowledgeSettings() => Frame(Http2Frame.Settings, Ack, 0, []);

    public static byte[] AnswerPing(ReadOnlySpan<byte> content) => Frame(Http2Frame.Ping, Ack, 0, content);

    // What every peer takes.
    private const int MaxFrame = 16384;

    private static byte[] Frame(Http2Frame kind, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[HeadLength + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = (byte)kind;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }

    // A literal that nobody has to remember. All are shorter than what one byte can count.
    private static byte[] Header(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
