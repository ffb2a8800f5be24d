namespace Mesh.Model.Matching;

/// <summary>Reads a query: <c>a=1&amp;b</c>, names and values encoded as forms have it. A name without <c>=</c> has the empty value.</summary>
internal static class QueryParameters
{
    /// <param name="query">What follows the question mark.</param>
    /// <param name="name">Decoded; letter by letter.</param>
    /// <param name="test">Gets the parameter's values, decoded.</param>
    public static void Find(ReadOnlySpan<char> query, string name, ref ValueTest test)
    {
        Span<char> buffer = stackalloc char[PercentEncoding.BufferLength];
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> pair = query[range];
            int equals = pair.IndexOf('=');
            ReadOnlySpan<char> key = equals < 0 ? pair : pair[..equals];
            if (PercentEncoding.Decode(key, buffer, plusIsSpace: true).SequenceEqual(name))
            {
                test.Add(equals < 0 ? "" : PercentEncoding.Decode(pair[(equals + 1)..], buffer, plusIsSpace: true));
            }
        }
    }
}
