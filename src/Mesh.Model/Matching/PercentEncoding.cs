namespace Mesh.Model.Matching;

/// <summary>Percent-encoded UTF-8, as queries and baggage have it.</summary>
internal static class PercentEncoding
{
    /// <summary>Letters that are decoded without allocation.</summary>
    public const int BufferLength = 256;

    /// <summary>The text decoded; what is not well encoded stays as it is.</summary>
    /// <param name="text">As it stands in the request.</param>
    /// <param name="buffer">Where the result may be put.</param>
    /// <param name="plusIsSpace">As forms have it, and so queries.</param>
    public static ReadOnlySpan<char> Decode(ReadOnlySpan<char> text, Span<char> buffer, bool plusIsSpace)
    {
        if (!(plusIsSpace ? text.ContainsAny('%', '+') : text.Contains('%')))
        {
            return text;
        }

        Span<char> decoded = text.Length <= buffer.Length ? buffer[..text.Length] : new char[text.Length];
        text.CopyTo(decoded);
        if (plusIsSpace)
        {
            decoded.Replace('+', ' ');
        }

        // In place, for it never gets longer.
        return Uri.TryUnescapeDataString(decoded, decoded, out int length) ? decoded[..length] : text;
    }
}
