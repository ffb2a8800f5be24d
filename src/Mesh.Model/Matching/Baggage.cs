namespace Mesh.Model.Matching;

/// <summary>Reads a W3C <c>baggage</c> header: <c>a=1,b=2;property</c>, values percent-encoded. Properties say nothing of the value.</summary>
internal static class Baggage
{
    /// <param name="header">Empty: the request has none.</param>
    /// <param name="name">Letter by letter.</param>
    /// <param name="test">Gets the values of the entries of this name, decoded.</param>
    public static void Find(ReadOnlySpan<char> header, string name, ref ValueTest test)
    {
        Span<char> buffer = stackalloc char[PercentEncoding.BufferLength];
        foreach (Range range in header.Split(','))
        {
            ReadOnlySpan<char> entry = header[range];
            int properties = entry.IndexOf(';');
            ReadOnlySpan<char> pair = properties < 0 ? entry : entry[..properties];
            if (pair.IndexOf('=') is >= 0 and var equals && pair[..equals].Trim(" \t").SequenceEqual(name))
            {
                test.Add(PercentEncoding.Decode(pair[(equals + 1)..].Trim(" \t"), buffer, plusIsSpace: false));
            }
        }
    }
}
