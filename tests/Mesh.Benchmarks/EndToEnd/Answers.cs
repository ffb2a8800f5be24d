using System.Buffers.Binary;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The service and its answers. The last part of a path, which is also the gRPC method, tells the answer's length.</summary>
internal static class Answers
{
    /// <summary>The service's name, to discovery, the mesh and gRPC.</summary>
    public const string Service = "answers";

    public const string PathPrefix = $"/{Service}/";

    private static readonly Dictionary<int, byte[]> s_bodies = Schedule.Lengths.ToDictionary(length => length, length => new byte[length]);

    private static readonly Dictionary<int, byte[]> s_frames = Schedule.Lengths.ToDictionary(length => length, ToFrame);

    public static byte[] Body(int length) => s_bodies[length];

    /// <summary>The body as a gRPC message.</summary>
    public static byte[] Frame(int length) => s_frames[length];

    /// <summary>Not compressed, length, message.</summary>
    private static byte[] ToFrame(int length)
    {
        byte[] frame = new byte[5 + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        return frame;
    }
}
