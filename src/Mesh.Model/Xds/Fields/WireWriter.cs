using Google.Protobuf;

namespace Mesh.Model.Xds;

/// <summary>Writes messages, the same ones always as the same bytes.</summary>
internal static class WireWriter
{
    /// <summary>Versions are hashes of the bytes, so that maps must always come in the same order.</summary>
    public static ByteString Bytes(IMessage message)
    {
        byte[] bytes = new byte[message.CalculateSize()];
        using CodedOutputStream output = new(bytes) { Deterministic = true };
        message.WriteTo(output);
        output.CheckNoSpaceLeft();
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
