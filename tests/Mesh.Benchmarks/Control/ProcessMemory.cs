using System.Globalization;

namespace Mesh.Benchmarks.Control;

/// <summary>The memory of another process, in bytes. Linux alone.</summary>
internal static class ProcessMemory
{
    /// <summary>What it has resident.</summary>
    public static long Resident(int process) => Read(process, "VmRSS:");

    /// <summary>The most that it had resident since <see cref="ResetPeak"/>.</summary>
    public static long Peak(int process) => Read(process, "VmHWM:");

    public static void ResetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    private static long Read(int process, string field)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return 1024 * long.Parse(line[field.Length..^2], CultureInfo.InvariantCulture);
    }
}
