using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>One HTTP/2 request by prior knowledge, with header fields that no client would send.</summary>
internal static class RawHttp2
{
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte GoAway = 7;

    /// <summary>The type of the frame that answers: headers (1), or a reset (3) or a farewell (7).</summary>
    public static async Task<int> SendAsync(string url, params (string Name, string Value)[] fields) => (await AskAsync(url, fields)).Type;

    /// <summary>The status; null: there is none, as the stream or the connection is ended.</summary>
    public static async Task<int?> StatusAsync(string url, params (string Name, string Value)[] fields)
    {
        (int type, byte[] block) = await AskAsync(url, fields);
        return type != Headers ? null : block[0] switch
        {
            0x88 => 200,
            0x8c => 400,
            0x8d => 404,
            0x8e => 500,
            _ => int.Parse(block.AsSpan(2, 3), System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static async Task<(int Type, byte[] Payload)> AskAsync(string url, (string Name, string Value)[] fields)
    {
        Uri uri = new(url);
        using TcpClient client = new();
        await client.ConnectAsync(uri.Host, uri.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        byte[] block = [.. fields.SelectMany(field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])];
        await stream.WriteAsync(
            (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, []), .. Frame(Headers, 5, 1, block)], TestContext.Current.CancellationToken);
        while (true)
        {
            byte[] head = new byte[9];
            await stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken).AsTask().InTime();
            byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
            await stream.ReadExactlyAsync(payload, TestContext.Current.CancellationToken).AsTask().InTime();
            if (head[3] is Headers or ResetStream or GoAway)
            {
                return (head[3], payload);
            }
        }
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
