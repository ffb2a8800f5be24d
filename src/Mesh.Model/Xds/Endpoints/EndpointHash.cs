using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Mesh.Model.Xds;

/// <summary>
/// The version of a set of endpoints: the sum of a hash of each, whatever their order, so that the next version follows from the one before
/// and what is different.
/// </summary>
internal static class EndpointHash
{
    private const int Bytes = 16;

    /// <summary>The first 128 bits of the SHA-256 of all that clients of our own are told of it.</summary>
    public static UInt128 Of(MeshEndpoint endpoint) => BinaryPrimitives.ReadUInt128BigEndian(
        SHA256.HashData(WireWriter.Bytes(EndpointsPatchCodec.EncodeOne(endpoint)).Span).AsSpan(0, Bytes));

    /// <param name="sum">Of the hashes; what goes beyond 128 bits is left out.</param>
    public static string Version(UInt128 sum) => sum.ToString("x32", CultureInfo.InvariantCulture);
}
