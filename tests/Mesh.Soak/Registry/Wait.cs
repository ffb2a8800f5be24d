using System.Diagnostics;

namespace Mesh.Soak.Registry;

/// <summary>Waits for what is to be.</summary>
internal static class Wait
{
    /// <summary>Whether it was within the time.</summary>
    public static async Task<bool> UntilAsync(Func<bool> condition, TimeSpan within)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
        {
            if (Stopwatch.GetElapsedTime(start) > within)
            {
                return false;
            }
        }

        return true;
    }
}
