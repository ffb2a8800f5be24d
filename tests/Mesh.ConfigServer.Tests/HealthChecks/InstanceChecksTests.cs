using System.Net;
using System.Net.Sockets;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model;

namespace Mesh.ConfigServer.Tests.HealthChecks;

/// <summary>Who is asked, when, and what comes of it.</summary>
public sealed class InstanceChecksTests : IDisposable
{
    private readonly ChecksBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task One_that_is_not_well_is_called_last_until_it_is()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Say(503);
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http));
        _bench.Bench.Register("2");
        await _bench.BecomesAsync("1 Unhealthy, 2 Ready");
        _bench.Bench.Settle();
        Assert.Equal($"10.0.0.2:80 {app.Address}/1", _bench.Bench.Seen());

        app.Say(200);
        await _bench.BecomesAsync("1 Ready, 2 Ready");
        await Eventually.Holds(() => _bench.Log.Length == 2);
        Assert.Equal(
            [$"176 1 of a.default at {app.Address} is not well and is called last: the last health check failed: 503.", $"177 1 of a.default at {app.Address} is well again."],
            _bench.Log);
    }

    [Fact]
    public async Task The_first_answer_decides_alone_and_then_thresholds_do()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { UnhealthyThreshold = 3, HealthyThreshold = 2 }));
        await _bench.AsksAsync(app, 1);
        int bad = 0;
        app.Answer = context =>
        {
            Interlocked.Increment(ref bad);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await _bench.BecomesAsync("1 Unhealthy");
        Assert.Equal(3, bad);
        int good = 0;
        app.Answer = _ =>
        {
            Interlocked.Increment(ref good);
            return Task.CompletedTask;
        };
        await _bench.BecomesAsync("1 Ready");
        Assert.Equal(2, good);
    }

    [Fact]
    public async Task Between_two_questions_there_is_the_interval_give_or_take_a_tenth()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        List<DateTimeOffset> times = [];
        app.Answer = _ =>
        {
            times.Add(_bench.Bench.Clock.GetUtcNow());
            return Task.CompletedTask;
        };
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http));
        await _bench.AsksAsync(app, 12);
        TimeSpan[] pauses = [.. times.Zip(times.Skip(1), (one, next) => next - one)];
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(20)));

        // The clock goes in steps, so that two may well be alike.
        Assert.NotEmpty(pauses.Distinct().Skip(1));
    }

    [Fact]
    public async Task What_was_found_holds_on_when_an_instance_comes_back_with_the_same_question()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Say(500);
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { HealthyThreshold = 3 }));
        await _bench.BecomesAsync("1 Unhealthy");
        Lease lease = _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { HealthyThreshold = 3 }, epoch: 2));
        Assert.Equal("1 Unhealthy", _bench.Bench.InstancesOf());

        // Nothing begins anew: the first good answer does not decide.
        app.Say(200);
        await _bench.AsksAsync(app, 1);
        Assert.Equal("1 Unhealthy", _bench.Bench.InstancesOf());
        await _bench.BecomesAsync("1 Ready");

        // On the same stream, too; who wishes not to be asked any more is well.
        app.Say(500);
        await _bench.BecomesAsync("1 Unhealthy");
        _bench.Bench.Registry.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { HealthyThreshold = 3 }, epoch: 2), lease, () => { });
        Assert.Equal("1 Unhealthy", _bench.Bench.InstancesOf());
        _bench.Bench.Registry.Register(ChecksBench.Of("1", app.Address, null, epoch: 2), lease, () => { });
        Assert.Equal("1 Ready", _bench.Bench.InstancesOf());
    }

    [Fact]
    public async Task Another_question_begins_anew_and_what_was_found_holds_until_its_answer()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Say(500);
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { HealthyThreshold = 5 }));
        await _bench.BecomesAsync("1 Unhealthy");
        app.Say(200);
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { HealthyThreshold = 5, HttpPath = "/other" }, epoch: 2));
        Assert.Equal("1 Unhealthy", _bench.Bench.InstancesOf());
        await _bench.BecomesAsync("1 Ready");
        Assert.Equal(1, app.Questions.Count(question => question.Contains("/other", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Whoever_has_gone_is_not_asked_any_more()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        Lease leaves = _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http));
        await _bench.AsksAsync(app, 1);
        await _bench.Bench.Registry.Withdraw(leaves);
        int asked = app.Questions.Count;
        _bench.Bench.Register(ChecksBench.Of("2", app.Address, ChecksBench.Http with { HttpPath = "/other" }));
        await _bench.AsksAsync(app, 3);
        Assert.Equal(asked, app.Questions.Count(question => question.Contains("/healthz", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_that_an_earlier_server_knew_is_asked_too()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Say(500);
        using ChecksBench bench = new([ChecksBench.Of("1", app.Address, ChecksBench.Http)]);
        Assert.Equal("1 Restored", bench.Bench.InstancesOf());
        await bench.BecomesAsync("1 Unhealthy");
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_not_well()
    {
        await using CheckedApp app = await CheckedApp.StartAsync();
        app.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        _bench.Bench.Register(ChecksBench.Of("1", app.Address, ChecksBench.Http with { Timeout = TimeSpan.FromSeconds(2) }));
        await _bench.BecomesAsync("1 Unhealthy");
        await Eventually.Holds(() => _bench.Log.Length == 1);
        Assert.Contains("no answer within 2 s", _bench.Log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_most_are_not_well_is_told_once()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        HealthCheckSettings tcp = new() { Tcp = true, Timeout = ChecksBench.Http.Timeout };
        for (int i = 1; i <= 6; i++)
        {
            _bench.Bench.Register(ChecksBench.Of($"{i}", $"127.0.0.{i}:{port}", tcp));
        }

        await _bench.BecomesAsync(string.Join(", ", Enumerable.Range(1, 6).Select(i => $"{i} Unhealthy")));
        await Eventually.Holds(() => _bench.Log.Length == 7);
        string told = Assert.Single(_bench.Log, line => line.StartsWith("178", StringComparison.Ordinal));
        Assert.StartsWith("178 4 of the 6 instances of a.default", told, StringComparison.Ordinal);
        Assert.Contains(_bench.Log, line => line.Contains("connection refused", StringComparison.Ordinal));
    }
}
