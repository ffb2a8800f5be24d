namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Waits on conditions.</summary>
internal static class Eventually
{
    /// <param name="condition">What must come to hold.</param>
    /// <param name="nudge">Done again and again until then, such as moving a clock.</param>
    public static async Task True(Func<bool> condition, Action? nudge = null)
    {
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            nudge?.Invoke();
            await Task.Delay(5, bound.Token);
        }
    }
}
