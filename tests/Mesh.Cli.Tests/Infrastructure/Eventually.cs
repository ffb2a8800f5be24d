using System.Diagnostics;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>Waits for a condition, for a bounded time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task Holds(Func<bool> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < s_patience, "It never came to hold.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Runs a command until its result is as wanted; the last one tells why it never was.</summary>
    public static async Task<ToolRun> Runs(Func<Task<ToolRun>> run, Func<ToolRun, bool> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            ToolRun last = await run();
            if (condition(last))
            {
                return last;
            }

            Assert.True(waited.Elapsed < s_patience, $"It never came to hold: {last}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }
}
