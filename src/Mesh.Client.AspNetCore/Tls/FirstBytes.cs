using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>Looks at what a peer sends first, and leaves it where it is.</summary>
internal static class FirstBytes
{
    // The type of a TLS record that holds a handshake (RFC 8446, 5.1). No method of HTTP begins with it.
    private const byte Handshake = 22;

    // How the preface of HTTP/2 begins (RFC 9113, 3.4). No method of HTTP/1.1 is this.
    private static ReadOnlySpan<byte> Preface => "PRI "u8;

    public static async Task<Opening> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (Tell(read.Buffer, read.IsCompleted) is { } opening)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return opening;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return Opening.Nothing;
        }
    }

    // Null: more bytes are needed.
    private static Opening? Tell(in ReadOnlySequence<byte> bytes, bool areAll)
    {
        Span<byte> start = stackalloc byte[Preface.Length];
        start = start[..(int)Math.Min(bytes.Length, Preface.Length)];
        bytes.Slice(0, start.Length).CopyTo(start);
        return start switch
        {
            [] => areAll ? Opening.Nothing : null,
            [Handshake, ..] => Opening.Tls,
            _ when !Preface.StartsWith(start) => Opening.Other,
            _ when start.Length == Preface.Length => Opening.Http2,
            _ => areAll ? Opening.Other : null,
        };
    }
}
