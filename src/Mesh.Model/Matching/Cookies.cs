namespace Mesh.Model.Matching;

/// <summary>
/// Reads a <c>Cookie</c> header (RFC 6265, 4.2.1): <c>a=1; b="2"</c>. Quotes around a value do not count, nothing is decoded, and what
/// has no <c>=</c> is passed over.
/// </summary>
internal static class Cookies
{
    /// <param name="header">Empty: the request has none.</param>
    /// <param name="name">Letter by letter.</param>
    /// <param name="test">Gets the values of the cookies of this name.</param>
    public static void Find(ReadOnlySpan<char> header, string name, ref ValueTest test)
    {
        foreach (Range range in header.Split(';'))
        {
            ReadOnlySpan<char> pair = header[range];
            if (pair.IndexOf('=') is >= 0 and var equals && pair[..equals].Trim(" \t").SequenceEqual(name))
            {
                ReadOnlySpan<char> value = pair[(equals + 1)..].Trim(" \t");
                test.Add(value is ['"', .. var inner, '"'] ? inner : value);
            }
        }
    }
}
