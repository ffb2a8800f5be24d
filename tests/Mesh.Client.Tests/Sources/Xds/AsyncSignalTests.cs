using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class AsyncSignalTests
{
    [Fact]
    public async Task Who_has_waited_long_enough_takes_nothing_from_who_waits_after()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        AsyncSignal signal = new();
        for (int i = 0; i < 3; i++)
        {
            Task late = signal.WaitAsync(TimeSpan.FromSeconds(1), time, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
            await late.InTime();
        }

        signal.Set();

        await signal.WaitAsync(TestContext.Current.CancellationToken).InTime();
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_set_or_cancelled()
    {
        WatchedTime time = new(DateTimeOffset.UtcNow);
        AsyncSignal signal = new();
        using CancellationTokenSource cancel = new();
        Task one = signal.WaitAsync(TimeSpan.FromSeconds(1), time, cancel.Token);
        Assert.False(one.IsCompleted);
        signal.Set();
        await one.InTime();

        Task two = signal.WaitAsync(TimeSpan.FromSeconds(1), time, cancel.Token);
        await cancel.CancelAsync();
        await two.InTime();
    }
}
