using Mesh.ConfigServer.HealthChecks;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.HealthChecks;

public sealed class CheckScheduleTests
{
    [Fact]
    public async Task Only_so_many_are_asked_at_once()
    {
        using CheckSchedule schedule = new(TimeProvider.System, new Random(7), atOnce: 2);
        Scripted[] checks = [new(), new(), new()];
        Task<string?>[] answers = [.. checks.Select(check => schedule.AskAsync(check, TimeSpan.FromMinutes(10), wasGood: true, TestContext.Current.CancellationToken))];
        Assert.Equal([true, true, false], checks.Select(check => check.IsAsked));
        checks[1].Answer.SetResult("no");
        Assert.Equal("no", await answers[1].InTime());
        await Eventually.Holds(() => checks[2].IsAsked);

        // One that fails makes room, too.
        checks[0].Answer.SetException(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => answers[0]);
        Scripted last = new();
        _ = schedule.AskAsync(last, TimeSpan.FromMinutes(10), wasGood: true, TestContext.Current.CancellationToken);
        Assert.True(last.IsAsked);
    }

    [Fact]
    public void Those_who_do_not_answer_keep_only_their_like_waiting()
    {
        using CheckSchedule schedule = new(TimeProvider.System, new Random(7), atOnce: 1);
        Scripted[] checks = [new(), new(), new()];
        bool[] wereGood = [false, false, true];
        foreach ((Scripted check, bool wasGood) in checks.Zip(wereGood))
        {
            _ = schedule.AskAsync(check, TimeSpan.FromMinutes(10), wasGood, TestContext.Current.CancellationToken);
        }

        Assert.Equal([true, false, true], checks.Select(check => check.IsAsked));
    }

    private sealed class Scripted : IHealthCheck
    {
        public TaskCompletionSource<string?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsAsked { get; private set; }

        public Task<string?> AskAsync(CancellationToken cancellationToken)
        {
            IsAsked = true;
            return Answer.Task;
        }
    }
}
