using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.HealthChecks;

/// <summary>What health checks mean to calls, and what they do not.</summary>
public sealed class HealthCheckUseTests : IDisposable
{
    private const string Check = "\"Http\": { \"Path\": \"/healthz\" }";

    private readonly ConcurrentDictionary<string, bool> _unwell = new();
    private readonly SemaphoreSlim _answers = new(0);

    public void Dispose() => _answers.Dispose();

    [Fact]
    public async Task Where_none_is_well_all_get_calls()
    {
        await using Backend one = await StartAsync("one", isWell: false);
        await using Backend two = await StartAsync("two", isWell: false);
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(Infrastructure.Rules.Catalog(
            $$""" "HealthCheck": { {{Check}}, {{CheckedMesh.Timing}} }, "LoadBalancing": { "Policy": "RoundRobin" }, "Routes": [ { "Retry": { "Attempts": 0 } } ] """, one.Address, two.Address));
        await mesh.ChecksEndAsync(2);

        Assert.Equal(["one", "two"], (await AnswersAsync(mesh, 4)).Distinct().Order());
        Assert.Single(mesh.Mesh.Logs.Of("PanicEntered"));
        Assert.All(mesh.Mesh.Service().Endpoints, endpoint => Assert.Equal(EndpointState.Unhealthy, endpoint.State));

        _unwell.Clear();
        await mesh.CheckAgainAsync(2);
        Assert.Single(mesh.Mesh.Logs.Of("PanicLeft"));
    }

    [Fact]
    public async Task The_next_priority_takes_over_from_one_that_is_not_well()
    {
        await using Backend main = await StartAsync("main", isWell: true);
        await using Backend spare = await StartAsync("spare", isWell: true);
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(Infrastructure.Rules.Services(("catalog", $$"""
            {{CheckedMesh.Service(Check)}}, "Endpoints": [ "{{main.Address}}", { "Address": "{{spare.Address}}", "Priority": 1 } ]
            """)));
        await mesh.ChecksEndAsync(2);
        Assert.Equal(["main"], (await AnswersAsync(mesh, 10)).Distinct());

        _unwell["main"] = true;
        for (int i = 0; i < 3; i++)
        {
            await mesh.CheckAgainAsync(2);
        }

        Assert.Equal(["spare"], (await AnswersAsync(mesh, 10)).Distinct());

        _unwell.Clear();
        await mesh.CheckAgainAsync(2);
        Assert.Equal(["main"], (await AnswersAsync(mesh, 10)).Distinct());
    }

    [Fact]
    public async Task An_endpoint_that_is_ejected_too_is_not_tried_before_it_is_well()
    {
        await using Backend good = await StartAsync("good", isWell: true);
        await using Backend bad = await StartAsync("bad", isWell: true);
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(Infrastructure.Rules.Catalog(
            $$"""
            "HealthCheck": { {{Check}}, {{CheckedMesh.Timing}}, "UnhealthyThreshold": 1 }, "LoadBalancing": { "Policy": "RoundRobin" },
            "OutlierDetection": { "ConsecutiveErrors": 1, "BaseEjectionTime": "1s" }, "Routes": [ { "Retry": { "Attempts": 0 } } ]
            """,
            good.Address,
            bad.Address));
        await mesh.ChecksEndAsync(2);
        _unwell["bad"] = true;
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await mesh.Mesh.Client().GetUriAsync("http://catalog/");
        }

        Assert.Equal(EndpointState.Ejected, mesh.Of(bad.Address).State);
        await mesh.CheckAgainAsync(2);
        Assert.Equal(EndpointState.Unhealthy, mesh.Of(bad.Address).State);

        // Its ejection has been over for long: nothing but the check keeps it out.
        Assert.Equal(["good"], (await AnswersAsync(mesh, 10)).Distinct());
        _unwell.Clear();
        await mesh.CheckAgainAsync(2);
        Assert.Equal(EndpointState.Probing, mesh.Of(bad.Address).State);
        Assert.Equal(["bad", "good"], (await AnswersAsync(mesh, 10)).Distinct().Order());
        Assert.Equal((EndpointState.Ready, null), mesh.Of(bad.Address));
    }

    [Fact]
    public async Task Calls_that_have_all_connections_do_not_make_an_endpoint_unwell()
    {
        await using Backend backend = await StartAsync("one", isWell: true, waits: true);
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(Infrastructure.Rules.Catalog(
            $$""" {{CheckedMesh.Service(Check)}}, "CircuitBreaker": { "MaxConnections": 1, "MaxRequests": 2 } """, backend.Address));
        await mesh.ChecksEndAsync();
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 2).Select(_ => mesh.Mesh.Client().GetUriAsync("http://catalog/"))];
        await Eventually.Holds(() => backend.Requests.Count(request => request.Path == "/") == 1);

        await mesh.CheckAgainAsync();
        await mesh.CheckAgainAsync();

        Assert.Equal((EndpointState.Ready, null), mesh.Of(backend.Address));
        Assert.Equal((2, 2), (mesh.Mesh.Service().ActiveCalls, mesh.Mesh.Endpoint(backend.Address).ActiveRequests));
        _answers.Release(2);
        foreach (HttpResponseMessage answer in await Task.WhenAll(calls).InTime())
        {
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Checks_are_in_no_ones_metrics_and_spans()
    {
        const string Name = "checked-in-silence";
        ConcurrentQueue<string> counted = new();
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name is "System.Net.Http" or "Mesh.Client" && instrument.Name != "mesh.client.endpoints")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Count(instrument, tags));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Count(instrument, tags));
        listener.Start();
        using ActivityListener spans = new()
        {
            ShouldListenTo = static source => source.Name is "Mesh.Client" or "System.Net.Http",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TagObjects.Any(tag => tag.Value is Name))
                {
                    counted.Enqueue(span.OperationName);
                }
            },
        };
        ActivitySource.AddActivityListener(spans);
        await using Backend backend = await StartAsync("one", isWell: true);
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(
            Infrastructure.Rules.Services((Name, $"{CheckedMesh.Service(Check)}, {Infrastructure.Rules.Endpoints(backend.Address)}")));
        await mesh.ChecksEndAsync();
        await mesh.CheckAgainAsync();

        Assert.Equal(2, backend.Count);
        Assert.Empty(counted);
        Assert.Null(mesh.Mesh.Endpoint(backend.Address).Latency);

        // A call is counted: it is not the listeners that are deaf.
        await mesh.Mesh.Client().GetTextAsync($"http://{Name}/");
        await Eventually.Holds(() => counted.Contains("mesh.client.call.duration") && counted.Contains("http.client.request.duration") && counted.Contains("System.Net.Http.HttpRequestOut"));

        void Count(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Value is Name)
                {
                    counted.Enqueue(instrument.Name);
                }
            }
        }
    }

    [Fact]
    public async Task Endpoints_are_counted_by_whether_they_are_well()
    {
        await using Backend one = await StartAsync("one", isWell: false);
        await using Backend two = await StartAsync("two", isWell: true);
        await using CheckedMesh mesh = await CheckedMesh.StartAsync(Check, one.Address, two.Address);
        await mesh.ChecksEndAsync(2);
        using MetricCollector<long> endpoints = new(mesh.Mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.endpoints");
        endpoints.RecordObservableInstruments();

        Assert.Equal(
            [("ready", 1), ("unhealthy", 1)],
            endpoints.GetMeasurementSnapshot().Select(measured => ((string)measured.Tags["mesh.endpoint.state"]!, measured.Value)).Order());
    }

    [Theory]
    [InlineData("\"Http\": { \"Path\": \"/healthz\" }", 1, true)]
    [InlineData("\"Http\": { \"Path\": \"/other\" }", 1, false)]
    [InlineData("\"Tcp\": true", 0, true)]
    public async Task A_handler_of_the_applications_is_asked_like_an_endpoint_but_has_no_port(string check, int asked, bool isWell)
    {
        using CountingHandler handler = new();
        await using CheckedMesh mesh = await CheckedMesh.StartWithAsync(
            Infrastructure.Rules.Services(("catalog", CheckedMesh.Service(check))),
            builder => builder.AddServiceMesh(mesh => mesh.UseHandler("catalog", handler)));
        if (asked > 0)
        {
            await mesh.ChecksEndAsync();
        }

        Assert.Equal(isWell ? EndpointState.Ready : EndpointState.Unhealthy, Assert.Single(mesh.Mesh.Service().Endpoints).State);
        Assert.Equal(asked, handler.Requests);
    }

    private static async Task<string[]> AnswersAsync(CheckedMesh mesh, int calls)
    {
        string[] answers = new string[calls];
        for (int i = 0; i < calls; i++)
        {
            using HttpResponseMessage answer = await mesh.Mesh.Client().GetUriAsync("http://catalog/");
            answers[i] = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        return answers;
    }

    /// <summary>A backend that answers with its name, and 503 to everything while it is not well.</summary>
    private Task<Backend> StartAsync(string name, bool isWell, bool waits = false)
    {
        if (!isWell)
        {
            _unwell[name] = true;
        }

        return Backend.StartAsync(name, async context =>
        {
            if (waits && context.Request.Path != "/healthz")
            {
                await _answers.WaitAsync(context.RequestAborted);
            }

            context.Response.StatusCode = _unwell.ContainsKey(name) ? 503 : 200;
            await context.Response.WriteAsync(name);
        });
    }

    private sealed class CountingHandler : HttpMessageHandler
    {
        private int _requests;

        public int Requests => Volatile.Read(ref _requests);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return Task.FromResult(new HttpResponseMessage(request.RequestUri!.AbsolutePath == "/healthz" ? HttpStatusCode.OK : HttpStatusCode.NotFound));
        }
    }
}
