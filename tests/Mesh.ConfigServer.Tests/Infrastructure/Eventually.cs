using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Waits for a condition or a task, for a bounded time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The task, or a <see cref="TimeoutException"/> where it does not end.</summary>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(s_patience, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="InTime{T}"/>
    public static Task InTime(this Task task) => task.WaitAsync(s_patience, TestContext.Current.CancellationToken);

    /// <param name="condition">What must come to hold.</param>
    /// <param name="nudge">Done again and again until then, such as moving a clock.</param>
    /// <param name="text">How the condition is written.</param>
    public static async Task Holds(
        Func<bool> condition, Action? nudge = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < s_patience, $"It never came to hold: {text}");
            nudge?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }
    }
}
