using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class StreamPaceTests
{
    private readonly WatchedTime _time = new();

    [Fact]
    public async Task Who_comes_too_early_waits_in_the_order_of_arrival()
    {
        using StreamPace pace = new(4, _time);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.True(Wait(pace).IsCompletedSuccessfully));
        Task[] line = [.. Enumerable.Range(0, 10).Select(_ => Wait(pace))];
        for (int turn = 0; turn < line.Length; turn++)
        {
            await ArmedAsync(TimeSpan.FromMilliseconds(250));
            _time.Advance(TimeSpan.FromMilliseconds(249));
            Assert.DoesNotContain(line[turn..], waiting => waiting.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await line[turn].InTime();
        }
    }

    [Fact]
    public async Task A_quiet_time_lets_as_many_through_at_once_as_a_second_has_and_no_more()
    {
        using StreamPace pace = new(3, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(Wait(pace).IsCompletedSuccessfully));
        Task next = Wait(pace);
        await ArmedAsync(TimeSpan.FromMilliseconds(334));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(334));
        await next.InTime();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_leaves_the_line_keeps_nobody_waiting(int leaves)
    {
        TimeSpan turn = TimeSpan.FromSeconds(1);
        using StreamPace pace = new(1, _time);
        await Wait(pace);
        using CancellationTokenSource gone = new();
        List<Task> line = [.. Enumerable.Range(0, 3).Select(i => i == leaves ? pace.WaitAsync(gone.Token) : Wait(pace))];
        await ArmedAsync(turn);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line[leaves].InTime());
        if (leaves == 0)
        {
            await ArmedAsync(turn);
        }

        line.RemoveAt(leaves);
        _time.Advance(turn);
        await line[0].InTime();
        await ArmedAsync(turn);
        _time.Advance(turn);
        await line[1].InTime();
    }

    private static Task Wait(StreamPace pace) => pace.WaitAsync(TestContext.Current.CancellationToken);

    // Who comes to the head of the line does so a moment after the one before has left it.
    private Task ArmedAsync(TimeSpan wait) => Eventually.Holds(() => _time.IsArmed(wait));
}
