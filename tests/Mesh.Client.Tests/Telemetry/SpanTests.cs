using System.Diagnostics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Telemetry;

public sealed class SpanTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_has_a_span_around_the_runtimes_span_of_its_attempt()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using SpanRecorder spans = new();

        await mesh.Client().GetTextAsync("http://catalog/items");

        Activity call = Assert.Single(spans.Calls);
        Assert.Equal("mesh catalog", call.DisplayName);
        Assert.Equal(ActivityKind.Internal, call.Kind);
        Assert.Equal(spans.Root.SpanId, call.ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, call.Status);
        Assert.Equal(
            $"mesh.destination=catalog mesh.destination.version=v1 mesh.endpoint={backend.Address} mesh.outcome=success mesh.route=default mesh.source=web",
            TagsOf(call));
        Activity attempt = Assert.Single(spans.Attempts);
        Assert.Equal(call.SpanId, attempt.ParentSpanId);
        Assert.Contains(attempt.SpanId.ToHexString(), Assert.Single(backend.Requests).Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_span_tells_the_version_that_called()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Service": { "Name": "shop", "Version": "v3" }, "Services": { "catalog": { "Endpoints": [ "{{backend.Address}}" ] } } }
            """);
        using SpanRecorder spans = new();

        await mesh.Client().GetTextAsync("http://catalog/items");

        Activity call = Assert.Single(spans.Calls);
        Assert.Equal(("shop", "v3"), (call.GetTagItem("mesh.source"), call.GetTagItem("mesh.source.version")));
        Assert.Equal(("shop", "v3"), (mesh.Mesh.Describe().Service, mesh.Mesh.Describe().Version));
    }

    [Fact]
    public async Task Each_attempt_has_a_span_of_its_own_under_the_calls_and_sends_it_along()
    {
        int seen = 0;
        await using Backend backend = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref seen) < 3 ? 503 : 200;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend, """ "Routes": [ { "Name": "patient", "Retry": { "Attempts": 2 } } ] """));
        using SpanRecorder spans = new();

        (await mesh.Client().GetUriAsync("http://catalog/")).Dispose();

        Activity call = Assert.Single(spans.Calls);
        Assert.Equal(3, call.GetTagItem("mesh.attempts"));
        Assert.Equal("success", call.GetTagItem("mesh.outcome"));
        Assert.Equal(ActivityStatusCode.Unset, call.Status);
        Assert.Equal(3, spans.Attempts.Count);
        Assert.All(spans.Attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentSpanId));
        Assert.Equal(
            spans.Attempts.Select(attempt => attempt.SpanId.ToHexString()),
            backend.Requests.Select(request => request.Headers["traceparent"].Split('-')[2]));
    }

    [Fact]
    public async Task A_failed_call_is_an_error_with_its_reason()
    {
        await using Backend backend = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using SpanRecorder spans = new();

        (await mesh.Client().GetUriAsync("http://catalog/")).Dispose();

        Activity call = Assert.Single(spans.Calls);
        Assert.Equal(ActivityStatusCode.Error, call.Status);
        Assert.Equal("503", call.StatusDescription);
        Assert.Equal("failure", call.GetTagItem("mesh.outcome"));
        Assert.Equal("503", call.GetTagItem("mesh.reason"));
        Assert.Equal(2, call.GetTagItem("mesh.attempts"));
    }

    [Fact]
    public async Task Calls_without_an_answer_are_errors_but_not_those_that_the_caller_cancelled()
    {
        await using Backend backend = await Backend.StartAsync("one", context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(
            backend, """ "Routes": [ { "Name": "brief", "Match": { "Path": "/brief" }, "Timeout": "50ms" }, { "Name": "rest" } ] """));
        using SpanRecorder spans = new();

        await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client().GetTextAsync("http://catalog/brief"));
        using CancellationTokenSource impatient = new();
        Task<string> cancelled = mesh.Client().GetStringAsync(new Uri("http://catalog/"), impatient.Token);
        await Eventually.Holds(() => backend.Count == 2);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Assert.Equal(["timeout", "cancelled"], spans.Calls.Select(call => call.GetTagItem("mesh.outcome")));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], spans.Calls.Select(call => call.Status));
    }

    [Fact]
    public async Task The_end_of_a_body_leaves_the_readers_own_span_current()
    {
        await using Backend backend = await Backend.StartAsync("one", context => context.Response.WriteAsync(context.Request.Path.Value!));
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using SpanRecorder spans = new();
        HttpResponseMessage read = await GetHeadersAsync(mesh, "/read");
        HttpResponseMessage dropped = await GetHeadersAsync(mesh, "/dropped");
        Assert.Same(spans.Root, Activity.Current);
        using Activity reader = new Activity("reader").Start();

        Stream body = read.Content.ReadAsStream(Cancel);
        while (body.Read(new byte[16]) > 0)
        {
            Assert.Same(reader, Activity.Current);
        }

        Assert.Same(reader, Activity.Current);
        read.Dispose();
        dropped.Dispose();
        Assert.Same(reader, Activity.Current);
        Assert.Equal(2, spans.Calls.Count);
    }

    [Fact]
    public async Task A_body_that_outlives_the_callers_span_does_not_bring_it_back()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using SpanRecorder spans = new();
        Activity work = new Activity("work").Start();
        HttpResponseMessage response = await GetHeadersAsync(mesh, "/");
        work.Stop();

        response.Dispose();

        Assert.Same(spans.Root, Activity.Current);
        Assert.Equal(work.SpanId, Assert.Single(spans.Calls).ParentSpanId);
    }

    [Fact]
    public async Task Without_a_listener_there_is_no_span_and_the_callers_trace_goes_on()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using Activity caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        await mesh.Client().GetTextAsync("http://catalog/");

        Assert.StartsWith($"00-{caller.TraceId}-", Assert.Single(backend.Requests).Headers["traceparent"], StringComparison.Ordinal);
        Assert.Same(caller, Activity.Current);
    }

    private static Task<HttpResponseMessage> GetHeadersAsync(TestMesh mesh, string path) =>
        mesh.Client().GetAsync(new Uri($"http://catalog{path}"), HttpCompletionOption.ResponseHeadersRead, Cancel);

    private static string TagsOf(Activity span) =>
        string.Join(' ', span.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    private static string Rules(Backend backend, string more = "") => $$"""
        { "Services": { "catalog": {
            "Endpoints": [ { "Address": "{{backend.Address}}", "Version": "v1" } ]{{(more.Length > 0 ? "," : "")}} {{more}} } } }
        """;
}
