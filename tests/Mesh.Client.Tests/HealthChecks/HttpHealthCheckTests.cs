using System.Globalization;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>Endpoints that are asked by <c>HealthCheck:Http</c>, end to end, by a clock that the test moves.</summary>
public sealed class HttpHealthCheckTests
{
    private const string Check = "\"Http\": { \"Path\": \"/healthz\" }";

    [Fact]
    public async Task An_endpoint_that_does_not_answer_as_expected_is_left_out_until_it_does()
    {
        Health one = new("first");
        Health two = new("second");
        await using Backend first = await Backend.StartAsync("first", one.AnswerAsync);
        await using Backend second = await Backend.StartAsync("second", two.AnswerAsync);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, first.Address, second.Address);
        await mesh.ChecksEndAsync(2);
        Assert.Equal((EndpointState.Ready, null), mesh.Of(first.Address));

        one.Status = 503;
        await mesh.CheckAgainAsync(2);
        await mesh.CheckAgainAsync(2);
        Assert.Equal((EndpointState.Ready, null), mesh.Of(first.Address));
        Assert.Equal(2, (await AnswersAsync(mesh, 4)).Distinct().Count());
        Assert.Empty(mesh.Mesh.Logs.Of("EndpointUnhealthy"));

        await mesh.CheckAgainAsync(2);
        Assert.Equal((EndpointState.Unhealthy, "the last 3 health checks failed: 503"), mesh.Of(first.Address));
        Assert.Equal((EndpointState.Ready, null), mesh.Of(second.Address));
        Assert.Equal(["second", "second", "second", "second"], await AnswersAsync(mesh, 4));
        FakeLogRecord line = Assert.Single(mesh.Mesh.Logs.Of("EndpointUnhealthy"));
        Assert.Equal(
            (19, LogLevel.Warning, $"{first.Address} of 'catalog' is unhealthy: the last 3 health checks failed: 503."), (line.Id.Id, line.Level, line.Message));

        await mesh.CheckAgainAsync(2);
        Assert.Equal((EndpointState.Unhealthy, "the last 4 health checks failed: 503"), mesh.Of(first.Address));
        Assert.Single(mesh.Mesh.Logs.Of("EndpointUnhealthy"));

        one.Status = 200;
        await mesh.CheckAgainAsync(2);
        Assert.Equal((EndpointState.Ready, null), mesh.Of(first.Address));
        Assert.Equal(2, (await AnswersAsync(mesh, 4)).Distinct().Count());
        line = Assert.Single(mesh.Mesh.Logs.Of("EndpointHealthy"));
        Assert.Equal((20, LogLevel.Information, $"{first.Address} of 'catalog' is healthy again."), (line.Id.Id, line.Level, line.Message));
    }

    [Fact]
    public async Task The_first_answer_of_all_decides_alone()
    {
        await using Backend backend = await Backend.StartAsync("bad", new Health { Status = 500 }.AnswerAsync);
        await using Backend other = await Backend.StartAsync("good");
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address, other.Address);
        await mesh.ChecksEndAsync(2);

        Assert.Equal((EndpointState.Unhealthy, "the last health check failed: 500"), mesh.Of(backend.Address));
        Assert.Equal(["good", "good"], await AnswersAsync(mesh, 2));
    }

    [Theory]
    [InlineData("[200]", 204, false)]
    [InlineData("[204]", 200, false)]
    [InlineData("[204, 302, 404]", 302, true)]
    [InlineData("[204, 302, 404]", 404, true)]
    [InlineData("[204, 302, 404]", 200, false)]
    public async Task The_status_must_be_one_of_those_listed(string expected, int status, bool isWell)
    {
        await using Backend backend = await Backend.StartAsync("one", new Health { Status = status }.AnswerAsync);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync($$"""  "Http": { "Path": "/healthz", "StatusCodes": {{expected}} } """, backend.Address);
        await mesh.ChecksEndAsync();

        Assert.Equal(isWell ? null : $"the last health check failed: {status}", mesh.Of(backend.Address).Reason);
    }

    [Fact]
    public async Task It_is_a_GET_of_the_path_that_is_addressed_to_the_service()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using CheckedMesh mesh = await CheckedMesh.StartAsync("""  "Http": { "Path": "//health" } """, backend.Address);
        await mesh.ChecksEndAsync();

        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal(("GET", "//health", "catalog", "HTTP/1.1"), (seen.Method, seen.Path, seen.Host, seen.Protocol));
        Assert.DoesNotContain("traceparent", seen.Headers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_for_https_is_asked_by_https(bool http2)
    {
        await using Backend backend = await Backend.StartAsync("one", http2: http2, tls: true);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, "https://localhost:" + backend.Address.Split(':')[1]);
        await mesh.ChecksEndAsync();

        Assert.Equal(EndpointState.Ready, Assert.Single(mesh.Mesh.Service().Endpoints).State);
        Assert.Equal(http2 ? "HTTP/2" : "HTTP/1.1", Assert.Single(backend.Requests).Protocol);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_not_well()
    {
        Health health = new() { Hangs = true };
        await using Backend backend = await Backend.StartAsync("one", health.AnswerAsync);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await Eventually.Holds(() => backend.Count == 1);
        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));

        mesh.Time.Advance(TimeSpan.FromSeconds(1));
        await mesh.ChecksEndAsync();
        Assert.Equal((EndpointState.Unhealthy, "the last health check failed: no answer within 1 s"), mesh.Of(backend.Address));

        health.Hangs = false;
        await mesh.CheckAgainAsync();
        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
    }

    [Fact]
    public async Task The_body_does_not_matter()
    {
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await context.Response.WriteAsync("begins", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(
            CheckedMesh.Rules(Check, backend.Address),
            builder => builder.AddServiceMesh(mesh => mesh.ConfigureTransport(static (_, handler) => handler.ResponseDrainTimeout = Timeout.InfiniteTimeSpan)));
        await mesh.ChecksEndAsync();

        // Nor does one that is still under way keep the next question waiting.
        await mesh.CheckAgainAsync();
        await mesh.CheckAgainAsync();

        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        Assert.Equal(3, backend.Count);
    }

    [Fact]
    public async Task Who_cannot_be_connected_to_is_not_well()
    {
        string dead = RawServer.DeadAddress();
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, dead);
        await mesh.ChecksEndAsync();

        Assert.Equal((EndpointState.Unhealthy, "the last health check failed: connection refused"), mesh.Of(dead));
    }

    [Fact]
    public async Task A_good_answer_is_one_connection_for_all_checks()
    {
        HashSet<string> connections = [];
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            connections.Add(context.Connection.Id);
            await context.Response.WriteAsync("well");
        });
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, backend.Address);
        await mesh.ChecksEndAsync();
        await mesh.CheckAgainAsync();
        await mesh.CheckAgainAsync();

        Assert.Equal((3, 1), (backend.Count, connections.Count));
    }

    private static async Task<string[]> AnswersAsync(CheckedMesh mesh, int calls)
    {
        string[] answers = new string[calls];
        for (int i = 0; i < calls; i++)
        {
            answers[i] = await mesh.Mesh.Client().GetTextAsync("http://catalog/" + i.ToString(CultureInfo.InvariantCulture));
        }

        return answers;
    }

    /// <summary>Answers /healthz as the test says, and everything else with the name.</summary>
    private sealed class Health(string name = "")
    {
        public int Status { get; set; } = 200;

        public bool Hangs { get; set; }

        public async Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Path == "/healthz")
            {
                await (Hangs ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask);
                context.Response.StatusCode = Status;
            }
            else
            {
                await context.Response.WriteAsync(name);
            }
        }
    }
}
