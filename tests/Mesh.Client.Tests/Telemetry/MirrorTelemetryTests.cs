using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Telemetry;

/// <summary>Copies are no calls of the application's: they have a counter of their own, and spans that tell what they are.</summary>
public sealed class MirrorTelemetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_is_counted_as_one_and_not_as_a_call()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using Backend shadow = await Backend.StartAsync("two");
        await using TestMesh mesh = await StartAsync(backend, shadow);
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<double> calls = new(meters, "Mesh.Client", "mesh.client.call.duration");
        using MetricCollector<double> attempts = new(meters, "Mesh.Client", "mesh.client.attempt.duration");
        using MetricCollector<long> active = new(meters, "Mesh.Client", "mesh.client.active_calls");
        using MirrorCounts counts = new(mesh);

        await mesh.Client().GetTextAsync("http://catalog/");
        await counts.Come("success");
        await mesh.IsIdle();

        Assert.Equal("catalog", Assert.Single(calls.GetMeasurementSnapshot()).Tags["mesh.destination"]);
        Assert.Equal("catalog", Assert.Single(attempts.GetMeasurementSnapshot()).Tags["mesh.destination"]);
        Assert.Equal([1L, -1L], active.GetMeasurementSnapshot().Select(change => change.Value));
        Assert.Equal(
            "mesh.destination=shadow mesh.outcome=success mesh.route=items mesh.source=web",
            string.Join(' ', counts.All.Single().Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_copys_span_is_under_that_of_the_call_though_that_is_over()
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one");
        await using Backend shadow = await Backend.StartAsync("two", async _ => await release.Task);
        await using TestMesh mesh = await StartAsync(backend, shadow);
        using MirrorCounts counts = new(mesh);
        using SpanRecorder spans = new();
        spans.Root.AddBaggage("tenant", "test");

        await mesh.Client().GetTextAsync("http://catalog/");
        Activity call = Assert.Single(spans.Calls);
        release.SetResult();
        await Eventually.Holds(() => spans.Calls.Count == 2 && spans.Attempts.Count == 2);

        Activity copy = spans.Calls[1];
        Assert.Equal(("mesh shadow", call.SpanId), (copy.DisplayName, copy.ParentSpanId));
        Assert.Equal((true, null), (copy.GetTagItem("mesh.mirror"), call.GetTagItem("mesh.mirror")));
        Assert.Equal((copy.Duration > TimeSpan.Zero, "success"), (true, copy.GetTagItem("mesh.outcome")));
        Activity attempt = Assert.Single(spans.Attempts, attempt => attempt.ParentSpanId == copy.SpanId);
        SeenRequest seen = Assert.Single(shadow.Requests);
        Assert.Contains(attempt.SpanId.ToHexString(), seen.Headers["traceparent"], StringComparison.Ordinal);
        Assert.Contains(seen.Headers, header => header.Value.Contains("tenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_spans_of_the_mesh_a_copy_belongs_to_its_trace_all_the_same()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using Backend shadow = await Backend.StartAsync("two");
        await using TestMesh mesh = await StartAsync(backend, shadow);
        using Activity activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        await mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => shadow.Count == 1);

        Assert.Contains(activity.TraceId.ToHexString(), shadow.Requests.Single().Headers["traceparent"], StringComparison.Ordinal);
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        (await mesh.Client().SendAsync(request, Cancel)).Dispose();
        await Eventually.Holds(() => shadow.Count == 2);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", shadow.Requests.Last().Headers["traceparent"]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(ActivitySamplingResult.None, false)]
    [InlineData(ActivitySamplingResult.None, true)]
    public async Task The_runtimes_span_of_a_copy_belongs_to_its_trace_where_the_mesh_has_none(ActivitySamplingResult? calls, bool isOver)
    {
        TaskCompletionSource rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one");
        await using Backend shadow = await Backend.StartAsync("two");
        await using TestMesh mesh = await StartAsync(backend, shadow);
        using SpanRecorder spans = new(calls);
        spans.Root.AddBaggage("tenant", "test");
        Activity work = new Activity("work").Start();
        using WaitingContent body = new(rest.Task);
        using HttpRequestMessage request = new(HttpMethod.Put, "http://catalog/") { Content = body };

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, Cancel);
        if (isOver)
        {
            work.Stop();
        }

        rest.SetResult();
        (await call).Dispose();
        await Eventually.Holds(() => shadow.Count == 1 && spans.Attempts.Count == 2);

        SeenRequest seen = Assert.Single(shadow.Requests);
        Activity copy = Assert.Single(spans.Attempts, span => seen.Headers["traceparent"].Contains(span.SpanId.ToHexString(), StringComparison.Ordinal));
        Assert.Equal(!isOver, copy.ParentSpanId == work.SpanId);
        Assert.Contains(seen.Headers, header => header.Value.Contains("tenant", StringComparison.Ordinal));
        Assert.Empty(spans.Calls);
        work.Stop();
    }

    private static Task<TestMesh> StartAsync(Backend backend, Backend shadow) => TestMesh.StartAsync(Rules.Services(
        ("catalog", $"\"Routes\": [ {{ \"Name\": \"items\", \"Mirror\": [ {{ \"Service\": \"shadow\" }} ] }} ], {Rules.Endpoints(backend.Address)}"),
        ("shadow", Rules.Endpoints(shadow.Address))));
}
