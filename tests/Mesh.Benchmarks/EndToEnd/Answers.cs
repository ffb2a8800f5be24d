using System.Buffers.Binary;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The service and its answers. The last part of a path, which is also the gRPC method, tells the answer's length.</summary>
internal static class Answers
{
    /// <summary>The service's name, to discovery, the mesh and gRPC.</summary>
    public const string Service = "answers";

    public const string PathPrefix = $"/{Service}/";

    private static readonly byte[] s_body = new byte[16 * 1024];

    public static ReadOnlyMemory<byte> Body(int length) => s_body.AsMemory(0, length);

    /// <summary>A gRPC message: not compressed, length, message.</summary>
    public static byte[] Frame(int length)
    {
        byte[] frame = new byte[5 + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        return frame;
    }
}
