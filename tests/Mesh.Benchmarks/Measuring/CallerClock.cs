using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mesh.Benchmarks.Measuring;

/// <summary>
/// The time that the calling thread has run. Workloads stay on their caller's thread, so that on an idle machine this is the time
/// they take, and on a busy one the turns of other processes are left out.
/// </summary>
internal static partial class CallerClock
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadTime = 3;

    /// <summary>Since some moment in the past. The wall clock's where the system has no such clock that we know.</summary>
    public static double Nanoseconds
    {
        get
        {
            if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            {
                return Stopwatch.GetElapsedTime(0).TotalNanoseconds;
            }

            return GetTime(ThreadTime, out TimeSpec time) == 0
                ? (time.Seconds * 1e9) + time.Nanoseconds
                : throw new InvalidOperationException("The thread's clock cannot be read.");
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
