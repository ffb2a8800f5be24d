namespace Mesh.Soak.Shop;

/// <summary>Calls all the time: what may be repeated, and what may not.</summary>
internal sealed class Caller(ShopCalls calls, Monitor monitor)
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(25);
    private static readonly HttpMethod[] s_methods = [HttpMethod.Get, HttpMethod.Put, HttpMethod.Post];

    public async Task RunAsync(CancellationToken stop)
    {
        // Before the first good one it may be that nobody is there yet.
        while (!stop.IsCancellationRequested && await calls.CallAsync(HttpMethod.Get, "") is not null)
        {
            await Task.Delay(s_period, CancellationToken.None);
        }

        using PeriodicTimer timer = new(s_period);
        List<Task> open = [];
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            open.RemoveAll(call => call.IsCompleted);
            foreach (HttpMethod method in s_methods)
            {
                open.Add(CallAsync(method, $"{method} {turn}"));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(open);
    }

    private async Task CallAsync(HttpMethod method, string body)
    {
        Failure? failure = await calls.CallAsync(method, body);
        monitor.Ended(failure is null);
        if (failure is not null)
        {
            new Told(Failure: failure).Write();
        }
    }
}
