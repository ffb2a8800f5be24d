namespace Mesh.ConfigServer.Certificates;

/// <summary>Reads lines as bytes.</summary>
internal static class JournalLines
{
    private const int Block = 64 * 1024;

    /// <summary>Each without its end, and whether it had one.</summary>
    public static IEnumerable<(byte[] Bytes, bool IsWhole)> Read(FileStream stream)
    {
        stream.Seek(0, SeekOrigin.Begin);
        byte[] block = new byte[Block];
        List<byte> line = [];
        for (int read; (read = stream.Read(block, 0, block.Length)) > 0;)
        {
            int start = 0;
            for (int end; (end = Array.IndexOf(block, (byte)'\n', start, read - start)) >= 0; start = end + 1)
            {
                line.AddRange(block.AsSpan(start, end - start));
                yield return (line.ToArray(), true);
                line.Clear();
            }

            line.AddRange(block.AsSpan(start, read - start));
        }

        if (line.Count > 0)
        {
            yield return (line.ToArray(), false);
        }
    }
}
