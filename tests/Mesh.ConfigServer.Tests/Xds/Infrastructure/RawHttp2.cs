using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A client of HTTP/2 that lets the server send without end, and never reads.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const uint MaxWindow = int.MaxValue;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };

    public static async Task<RawHttp2> ConnectAsync(Uri address)
    {
        RawHttp2 raw = new();
        await raw._socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await raw.SendAsync(
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(type: 4, 0, 0, [0, 4, .. Big(MaxWindow)]), .. Frame(type: 8, 0, 0, Big(MaxWindow - 65_535))
        ]);
        return raw;
    }

    /// <summary>Begins a call with its first message.</summary>
    public Task CallAsync(string path, byte[] message)
    {
        byte[] headers =
        [
            .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", path), .. Header(":authority", "localhost"),
            .. Header("content-type", "application/grpc"), .. Header("te", "trailers"),
        ];
        const byte EndHeaders = 4;
        return SendAsync(
            [.. Frame(type: 1, EndHeaders, 1, headers), .. Frame(type: 0, 0, 1, [0, .. Big((uint)message.Length), .. message])]);
    }

    public void Dispose() => _socket.Dispose();

    // A literal without index, and not compressed.
    private static byte[] Header(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static byte[] Frame(byte type, byte flags, uint stream, byte[] payload) =>
        [.. Big((uint)payload.Length)[1..], type, flags, .. Big(stream), .. payload];

    private static byte[] Big(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    private async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes, TestContext.Current.CancellationToken);
}
