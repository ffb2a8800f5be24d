using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Telemetry;

/// <summary>Every instrument, with its attributes and values, as the application's own meter factory gives them.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_measured_with_who_called_whom_by_which_route()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend, """ "Routes": [ { "Name": "items" } ] """));
        using MetricCollector<double> calls = Collect<double>(mesh, "mesh.client.call.duration");
        using MetricCollector<double> attempts = Collect<double>(mesh, "mesh.client.attempt.duration");

        await mesh.Client().GetTextAsync("http://catalog/");
        await calls.WaitForMeasurementsAsync(1, Cancel);

        Assert.Equal(("s", "s"), (calls.Instrument?.Unit, attempts.Instrument?.Unit));
        foreach (CollectedMeasurement<double> measurement in (CollectedMeasurement<double>[])[.. calls.GetMeasurementSnapshot(), .. attempts.GetMeasurementSnapshot()])
        {
            Assert.InRange(measurement.Value, 0.000001, 20);
            Assert.Equal("mesh.destination=catalog mesh.destination.version=v1 mesh.outcome=success mesh.route=items mesh.source=web", TagsOf(measurement));
        }

        Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Single(attempts.GetMeasurementSnapshot());
        Assert.True(calls.LastMeasurement!.Value >= attempts.LastMeasurement!.Value);
    }

    [Fact]
    public async Task What_listens_may_fail_and_every_place_is_given_back()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend, """ "CircuitBreaker": { "MaxRequests": 1, "MaxPendingRequests": 0 } """));
        using MeterListener listener = new();
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name is "mesh.client.call.duration" or "mesh.client.attempt.duration")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("It cannot count."));
        listener.Start();

        for (int call = 0; call < 3; call++)
        {
            Assert.Contains("It cannot count.", (await Assert.ThrowsAnyAsync<Exception>(() => mesh.Client().GetTextAsync("http://catalog/"))).ToString(), StringComparison.Ordinal);
            Assert.Equal(0, mesh.InFlight());
        }

        listener.Dispose();
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task The_time_of_a_call_includes_its_body_and_that_of_an_attempt_does_not()
    {
        TaskCompletionSource body = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await context.Response.WriteAsync("o");
            await context.Response.Body.FlushAsync();
            await body.Task;
            await context.Response.WriteAsync("ne");
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using MetricCollector<double> calls = Collect<double>(mesh, "mesh.client.call.duration");
        using MetricCollector<long> active = Collect<long>(mesh, "mesh.client.active_calls");

        using HttpResponseMessage response = await mesh.Client().GetAsync(new Uri("http://catalog/"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Empty(calls.GetMeasurementSnapshot());
        Assert.Equal(1, Sum(active));
        body.SetResult();
        Assert.Equal("one", await response.Content.ReadAsStringAsync(Cancel));

        Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Equal(0, Sum(active));
    }

    [Fact]
    public async Task A_retry_is_counted_with_the_reason_and_both_attempts_are_measured()
    {
        int calls = 0;
        await using Backend backend = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using MetricCollector<double> durations = Collect<double>(mesh, "mesh.client.call.duration");
        using MetricCollector<double> attempts = Collect<double>(mesh, "mesh.client.attempt.duration");
        using MetricCollector<long> retries = Collect<long>(mesh, "mesh.client.retries");
        using MetricCollector<long> exhausted = Collect<long>(mesh, "mesh.client.retry_budget.exhausted");

        (await mesh.Client().GetUriAsync("http://catalog/")).Dispose();

        Assert.Equal(["failure 503", "success "], attempts.GetMeasurementSnapshot().Select(OutcomeOf));
        Assert.Equal(["success "], durations.GetMeasurementSnapshot().Select(OutcomeOf));
        CollectedMeasurement<long> retry = Assert.Single(retries.GetMeasurementSnapshot());
        Assert.Equal(1, retry.Value);
        Assert.Equal("mesh.destination=catalog mesh.destination.version=v1 mesh.outcome=failure mesh.reason=503 mesh.route=default mesh.source=web", TagsOf(retry));
        Assert.Empty(exhausted.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task A_retry_that_a_budget_forbids_is_counted_as_such()
    {
        await using Backend backend = await Backend.StartAsync("one", Unavailable);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(
            backend, """ "RetryBudget": { "Percent": 0, "MinRetryConcurrency": 0, "MinRetriesPerSecond": 0 } """));
        using MetricCollector<long> retries = Collect<long>(mesh, "mesh.client.retries");
        using MetricCollector<long> exhausted = Collect<long>(mesh, "mesh.client.retry_budget.exhausted");

        (await mesh.Client().GetUriAsync("http://catalog/")).Dispose();

        Assert.Equal(1, backend.Count);
        CollectedMeasurement<long> forbidden = Assert.Single(exhausted.GetMeasurementSnapshot());
        Assert.Equal(1, forbidden.Value);
        Assert.Equal("mesh.destination=catalog mesh.destination.version=v1 mesh.outcome=failure mesh.reason=503 mesh.route=default mesh.source=web", TagsOf(forbidden));
        Assert.Empty(retries.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task A_call_over_the_limit_is_counted_as_overflow()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context => await answer.Task);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend, """ "CircuitBreaker": { "MaxRequests": 1, "MaxPendingRequests": 0 } """));
        using MetricCollector<long> overflows = Collect<long>(mesh, "mesh.client.overflows");
        using MetricCollector<long> active = Collect<long>(mesh, "mesh.client.active_calls");
        using MetricCollector<double> calls = Collect<double>(mesh, "mesh.client.call.duration");
        Task<HttpResponseMessage> first = mesh.Client().GetUriAsync("http://catalog/");
        await Eventually.Holds(() => backend.Count == 1);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        CollectedMeasurement<long> overflow = Assert.Single(overflows.GetMeasurementSnapshot());
        Assert.Equal(1, overflow.Value);
        Assert.Equal("mesh.destination=catalog mesh.outcome=failure mesh.reason=overflow mesh.route=default mesh.source=web", TagsOf(overflow));
        Assert.Equal(1, Sum(active));
        answer.SetResult();
        (await first).Dispose();
        Assert.Equal(0, Sum(active));
        Assert.Equal(["failure overflow", "success "], calls.GetMeasurementSnapshot().Select(OutcomeOf));
    }

    [Fact]
    public async Task An_ejection_is_counted_and_the_gauge_tells_endpoints_by_state()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using Backend bad = await Backend.StartAsync("bad", Unavailable);
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Services": { "catalog": {
                "Endpoints": [ "{{good.Address}}", { "Address": "{{bad.Address}}", "Version": "v2" } ],
                "LoadBalancing": { "Policy": "RoundRobin" },
                "OutlierDetection": { "ConsecutiveErrors": 1, "BaseEjectionTime": "1h", "MaxEjectionTime": "1h" } },
              "pricing": { "Endpoints": ["127.0.0.1:1"] } } }
            """);
        using MetricCollector<long> ejections = Collect<long>(mesh, "mesh.client.ejections");
        using MetricCollector<long> endpoints = Collect<long>(mesh, "mesh.client.endpoints");
        Assert.Equal(["catalog ready 2", "pricing ready 1"], StatesOf(endpoints));

        for (int i = 0; i < 4; i++)
        {
            await mesh.Client().GetTextAsync("http://catalog/");
        }

        CollectedMeasurement<long> ejection = Assert.Single(ejections.GetMeasurementSnapshot());
        Assert.Equal(1, ejection.Value);
        Assert.Equal("mesh.destination=catalog mesh.destination.version=v2 mesh.reason=503 mesh.source=web", TagsOf(ejection));
        Assert.Equal(["catalog ejected 1", "catalog ready 1", "pricing ready 1"], StatesOf(endpoints));
        Assert.All(endpoints.GetMeasurementSnapshot(), measurement => Assert.Equal("web", measurement.Tags["mesh.source"]));
    }

    [Fact]
    public async Task Calls_in_flight_come_back_to_zero_however_they_end()
    {
        TaskCompletionSource headersRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", context => AnswerByPathAsync(context, headersRead.Task));
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Services": {
                "catalog": { "Endpoints": ["{{backend.Address}}"], "OutlierDetection": { "ConsecutiveErrors": 0 },
                    "Routes": [ { "Name": "slow", "Match": { "Path": "/slow" }, "Timeout": "50ms" }, { "Name": "rest" } ] },
                "gone": { "Endpoints": ["127.0.0.1:1"] },
                "empty": { "Endpoints": [] } } }
            """);
        using MetricCollector<long> active = Collect<long>(mesh, "mesh.client.active_calls");
        using MetricCollector<double> calls = Collect<double>(mesh, "mesh.client.call.duration");
        HttpClient client = mesh.Client();

        // Each way to end, and how it is told.
        await client.GetTextAsync("http://catalog/ok");
        (await client.GetAsync(new Uri("http://catalog/ok"), HttpCompletionOption.ResponseHeadersRead, Cancel)).Dispose();
        (await client.GetUriAsync("http://catalog/none")).Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetTextAsync("http://catalog/fails"));
        await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetTextAsync("http://catalog/slow"));
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetTextAsync("http://catalog/abort"));
        using (HttpResponseMessage half = await client.GetAsync(new Uri("http://catalog/abort-body"), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            headersRead.SetResult();
            await Assert.ThrowsAnyAsync<Exception>(() => half.Content.ReadAsStringAsync(Cancel));
        }

        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://gone/"));
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://empty/"));
        using (CancellationTokenSource impatient = new())
        {
            Task<string> cancelled = client.GetStringAsync(new Uri("http://catalog/hang"), impatient.Token);
            await Eventually.Holds(() => backend.Requests.Any(request => request.Path == "/hang"));
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }

        Assert.Equal(20, active.GetMeasurementSnapshot().Count);
        Assert.Equal(0, Sum(active));
        Assert.Equal("mesh.destination=catalog mesh.source=web", TagsOf(active.GetMeasurementSnapshot()[0]));
        Assert.All(mesh.Mesh.Describe().Services, service => Assert.Equal(0, service.ActiveCalls));
        Assert.All(mesh.Mesh.Describe().Services.SelectMany(service => service.Endpoints), endpoint => Assert.Equal(0, endpoint.ActiveRequests));
        Assert.Equal(
            ["success ", "success ", "success ", "failure 500", "timeout timeout", "failure reset", "failure body-broken", "failure connect-failure", "failure no-endpoints", "cancelled cancelled"],
            calls.GetMeasurementSnapshot().Select(OutcomeOf));
    }

    [Fact]
    public async Task Two_applications_in_one_process_do_not_mix()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh first = await TestMesh.StartAsync(Rules(backend, """ "Routes": [ { "Name": "first" } ] """));
        await using TestMesh second = await TestMesh.StartAsync(Rules(backend, """ "Routes": [ { "Name": "second" } ] """));
        using MetricCollector<double> ofFirst = Collect<double>(first, "mesh.client.call.duration");
        using MetricCollector<double> ofSecond = Collect<double>(second, "mesh.client.call.duration");

        await Task.WhenAll(
            first.Client().GetTextAsync("http://catalog/"),
            first.Client().GetTextAsync("http://catalog/"),
            second.Client().GetTextAsync("http://catalog/"));

        Assert.Equal(["first", "first"], ofFirst.GetMeasurementSnapshot().Select(measurement => measurement.Tags["mesh.route"]));
        Assert.Equal(["second"], ofSecond.GetMeasurementSnapshot().Select(measurement => measurement.Tags["mesh.route"]));
    }

    [Fact]
    public async Task The_runtimes_own_metrics_go_on_in_the_applications_meters_with_the_services_name()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(backend));
        using MetricCollector<double> requests = new(mesh.Services.GetRequiredService<IMeterFactory>(), "System.Net.Http", "http.client.request.duration");

        await mesh.Client().GetTextAsync("http://catalog/");
        await mesh.Client().GetTextAsync($"http://{backend.Address}/");
        await requests.WaitForMeasurementsAsync(2, Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(["catalog", "127.0.0.1"], requests.GetMeasurementSnapshot().Select(measurement => measurement.Tags["server.address"]));
    }

    private static string Rules(Backend backend, string more = "") => $$"""
        { "Services": { "catalog": {
            "Endpoints": [ { "Address": "{{backend.Address}}", "Version": "v1" } ]{{(more.Length > 0 ? "," : "")}} {{more}} } } }
        """;

    private static MetricCollector<T> Collect<T>(TestMesh mesh, string instrument)
        where T : struct => new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", instrument);

    private static string TagsOf<T>(CollectedMeasurement<T> measurement)
        where T : struct => string.Join(' ', measurement.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));

    private static string OutcomeOf<T>(CollectedMeasurement<T> measurement)
        where T : struct => $"{measurement.Tags["mesh.outcome"]} {measurement.Tags.GetValueOrDefault("mesh.reason")}";

    private static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().Sum(measurement => measurement.Value);

    private static IEnumerable<string> StatesOf(MetricCollector<long> endpoints)
    {
        endpoints.Clear();
        endpoints.RecordObservableInstruments();
        return endpoints.GetMeasurementSnapshot()
            .Select(measurement => $"{measurement.Tags["mesh.destination"]} {measurement.Tags["mesh.endpoint.state"]} {measurement.Value}")
            .Order(StringComparer.Ordinal);
    }

    private static Task Unavailable(HttpContext context)
    {
        context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        return Task.CompletedTask;
    }

    private static async Task AnswerByPathAsync(HttpContext context, Task headersRead)
    {
        switch (context.Request.Path.Value)
        {
            case "/none":
                context.Response.StatusCode = 204;
                break;
            case "/fails":
                context.Response.StatusCode = 500;
                break;
            case "/slow" or "/hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "/abort":
                context.Abort();
                break;
            case "/abort-body":
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                await headersRead;
                context.Abort();
                break;
            default:
                await context.Response.WriteAsync("one");
                break;
        }
    }
}
