using Mesh.Client.HealthChecks;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Health checks begin and end with the endpoints and the settings.</summary>
public sealed class HealthCheckChangeTests
{
    private const string Check = "\"Http\": { \"Path\": \"/healthz\" }";

    [Fact]
    public async Task An_endpoint_that_comes_is_asked_at_once_and_one_that_leaves_no_more()
    {
        await using Backend stays = await Backend.StartAsync("stays");
        await using Backend leaves = await Backend.StartAsync("leaves");
        await using Backend comes = await Backend.StartAsync("comes", Unavailable);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, stays.Address, leaves.Address);
        await mesh.ChecksEndAsync(2);

        mesh.Mesh.Change(CheckedMesh.Rules(Check, stays.Address, comes.Address));
        await mesh.ChecksEndAsync();
        Assert.Equal((1, 1, 1), (stays.Count, leaves.Count, comes.Count));
        Assert.Equal((EndpointState.Unhealthy, "the last health check failed: 503"), mesh.Of(comes.Address));

        await mesh.CheckAgainAsync(2);
        await mesh.CheckAgainAsync(2);
        Assert.Equal((3, 1, 3), (stays.Count, leaves.Count, comes.Count));
    }

    [Fact]
    public async Task Checks_that_stay_the_same_go_on_and_others_begin_anew_with_what_was_found_before()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await (context.Request.Path == "/other" ? answer.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
            context.Response.StatusCode = context.Request.Path == "/healthz" ? 503 : 200;
        });
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await mesh.ChecksEndAsync();

        mesh.Mesh.Change(CheckedMesh.Rules(Check, backend.Address).Replace("\"Attempts\": 0", "\"Attempts\": 1", StringComparison.Ordinal));
        await mesh.CheckAgainAsync();
        Assert.Equal(2, backend.Count);

        mesh.Mesh.Change(CheckedMesh.Rules("\"Http\": { \"Path\": \"/other\" }", backend.Address));
        await Eventually.Holds(() => backend.Count == 3);
        Assert.Equal((EndpointState.Unhealthy, "the last 2 health checks failed: 503"), mesh.Of(backend.Address));

        answer.SetResult();
        await mesh.ChecksEndAsync();
        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        await mesh.CheckAgainAsync();
        Assert.Equal(["/healthz", "/healthz", "/other", "/other"], backend.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_setting_or_the_mesh_nobody_asks_and_all_are_well(bool isSwitchedOff)
    {
        await using Backend backend = await Backend.StartAsync("one", Unavailable);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await mesh.ChecksEndAsync();
        Assert.Equal(EndpointState.Unhealthy, mesh.Of(backend.Address).State);

        string rules = CheckedMesh.Rules(Check, backend.Address);
        mesh.Mesh.Change(isSwitchedOff ? rules.Replace("{ \"Services\"", "{ \"Enabled\": false, \"Services\"", StringComparison.Ordinal) : Infrastructure.Rules.Catalog("", backend.Address));
        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        await PassAsync(mesh);
        Assert.Equal(1, backend.Count);

        mesh.Mesh.Change(rules);
        await mesh.ChecksEndAsync();
        Assert.Equal(EndpointState.Unhealthy, mesh.Of(backend.Address).State);
        Assert.Equal(2, backend.Count);
    }

    [Fact]
    public async Task Nobody_asks_once_the_mesh_is_disposed()
    {
        await using Backend backend = await Backend.StartAsync("one");
        CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await mesh.ChecksEndAsync();

        await mesh.DisposeAsync();
        await PassAsync(mesh);

        Assert.Equal(1, backend.Count);
    }

    [Fact]
    public async Task A_check_that_is_under_way_ends_with_the_mesh()
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await Eventually.Holds(() => backend.Count == 1);

        await mesh.DisposeAsync();

        await ended.Task.InTime();
    }

    [Theory]
    [InlineData(0, 0, 9)]
    [InlineData(0.5, 0.05, 10)]
    [InlineData(0.75, 0.075, 10.5)]
    public async Task Checks_are_spread_over_time(double random, double first, double next)
    {
        await using Backend backend = await Backend.StartAsync("one");
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await TestMesh.StartAsync(CheckedMesh.Rules(Check, backend.Address), builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton(new HealthCheckOptions { Random = new FixedRandom(random) });
        });

        if (first > 0)
        {
            await WaitForAsync(first);
            Assert.Equal(0, backend.Count);
            time.Advance(TimeSpan.FromSeconds(first));
        }

        await WaitForAsync(next);
        Assert.Equal(1, backend.Count);

        async Task WaitForAsync(double seconds)
        {
            while (await time.NextWait() != TimeSpan.FromSeconds(seconds))
            {
                // Others wait, too.
            }
        }
    }

    private static Task Unavailable(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    /// <summary>Lets more than an interval pass, and so much happen as a check of another mesh takes.</summary>
    private static async Task PassAsync(CheckedMesh mesh)
    {
        await using Backend other = await Backend.StartAsync("other");
        await using CheckedMesh sentinel = await CheckedMesh.StartWithAsync(CheckedMesh.Rules(Check, other.Address), time: mesh.Time);
        await sentinel.ChecksEndAsync();
        for (int i = 1; i <= 5; i++)
        {
            mesh.Time.Advance(TimeSpan.FromSeconds(9));
            await Eventually.Holds(() => other.Count == i + 1);
            await sentinel.ChecksEndAsync();
        }
    }

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
