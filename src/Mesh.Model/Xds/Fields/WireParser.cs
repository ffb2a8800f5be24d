using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Mesh.Model.Xds;

/// <summary>Reads messages that others wrote.</summary>
internal static class WireParser
{
    /// <param name="bytes">Of the message alone.</param>
    /// <param name="message">Null where the bytes are damaged.</param>
    /// <param name="error">What is wrong with them.</param>
    public static bool TryParse<T>(ByteString bytes, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? error)
        where T : class, IMessage<T>, new()
    {
        try
        {
            (message, error) = (new T(), null);
            message.MergeFrom(bytes);
            return true;
        }
        catch (Exception damaged) when (damaged is InvalidProtocolBufferException or InvalidOperationException)
        {
            // The library throws the latter where a wrapped value, such as a UInt32Value, ends in the middle.
            (message, error) = (null, damaged.Message);
            return false;
        }
    }
}
