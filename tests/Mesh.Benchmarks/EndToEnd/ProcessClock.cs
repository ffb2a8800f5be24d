using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The CPU time of another process, those of its threads that ended included.</summary>
internal static partial class ProcessClock
{
    public static TimeSpan Read(int process)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            using Process found = Process.GetProcessById(process);
            return found.TotalProcessorTime;
        }

        return GetTime(ClockOf(process), out TimeSpec time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3)
            : throw new InvalidOperationException($"The clock of the process {process} cannot be read: it has ended.");
    }

    /// <summary>As Linux numbers them. Process.TotalProcessorTime moves in steps of 10 ms there, too coarse for a slice.</summary>
    private static int ClockOf(int process) => (~process << 3) | 2;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
