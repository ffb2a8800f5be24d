namespace Mesh.Soak.Processes;

/// <summary>What the system says of a process.</summary>
internal static class ProcessFacts
{
    private const string Anonymous = "RssAnon:";

    /// <summary>That it has open.</summary>
    public static int HandlesOf(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;

    /// <summary>Bytes that it has taken and that no file has.</summary>
    public static long MemoryOf(int process) =>
        1024 * long.Parse(File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith(Anonymous, StringComparison.Ordinal))[Anonymous.Length..^2], null);
}
