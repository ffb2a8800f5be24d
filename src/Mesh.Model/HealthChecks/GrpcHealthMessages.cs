using System.Buffers.Binary;
using System.Text;

namespace Mesh.Model.HealthChecks;

/// <summary>The messages of gRPC's health service (health.proto), each in its frame: a flag, the length, and one field in protobuf's encoding.</summary>
internal static class GrpcHealthMessages
{
    public const string Path = "/grpc.health.v1.Health/Check";

    private const int FrameHead = 5;

    // Field 1, as a text and as a number.
    private const byte ServiceTag = (1 << 3) | 2;
    private const byte StatusTag = 1 << 3;

    private static readonly string[] s_statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    /// <summary>Asks for a service by its full name; empty: for the server as a whole.</summary>
    public static byte[] Question(string service)
    {
        List<byte> frame = [.. new byte[FrameHead]];
        if (service.Length > 0)
        {
            byte[] name = Encoding.UTF8.GetBytes(service);
            frame.Add(ServiceTag);
            for (int rest = name.Length; ; rest >>= 7)
            {
                frame.Add((byte)(rest < 0x80 ? rest : rest | 0x80));
                if (rest < 0x80)
                {
                    break;
                }
            }

            frame.AddRange(name);
        }

        byte[] bytes = [.. frame];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - FrameHead);
        return bytes;
    }

    /// <summary>The name of an answer's status other than SERVING; null: the service is well.</summary>
    public static string? ProblemIn(ReadOnlySpan<byte> answer) => answer switch
    {
        [0, 0, 0, 0, 2, StatusTag, 1] => null,
        [0, 0, 0, 0, 2, StatusTag, var status] when status < s_statuses.Length => s_statuses[status],
        [0, 0, 0, 0, 0] => s_statuses[0],
        _ => "not an answer of the health service",
    };
}
