using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Waits for a condition, for a bounded time.</summary>
internal static class Eventually
{
    public static async Task Holds(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < (within ?? TimeSpan.FromSeconds(15)), $"It never came to hold: {text}");
            await Task.Yield();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }
    }
}
