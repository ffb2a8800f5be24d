using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

/// <summary>Which failures are followed by another attempt. What counts is how often the backends were asked.</summary>
public sealed class RetryConditionTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", 502, 2)]
    [InlineData("GET", 503, 2)]
    [InlineData("GET", 504, 2)]
    [InlineData("HEAD", 503, 2)]
    [InlineData("PUT", 503, 2)]
    [InlineData("DELETE", 503, 2)]
    [InlineData("OPTIONS", 503, 2)]
    [InlineData("POST", 503, 1)]
    [InlineData("PATCH", 503, 1)]
    [InlineData("GET", 500, 1)]
    [InlineData("GET", 501, 1)]
    [InlineData("GET", 429, 1)]
    [InlineData("GET", 409, 1)]
    [InlineData("GET", 404, 1)]
    public Task By_default_gateway_errors_of_idempotent_methods_are_retried_once(string method, int status, int sends) =>
        AssertSends("", method, status, sends);

    [Theory]
    [InlineData("\"Attempts\": 0", "GET", 503, 1)]
    [InlineData("\"Attempts\": 3", "GET", 503, 4)]
    [InlineData("\"Attempts\": 10", "GET", 503, 11)]
    [InlineData("\"NonIdempotent\": true", "POST", 503, 2)]
    [InlineData("\"NonIdempotent\": true", "PATCH", 500, 1)]
    [InlineData("\"On\": [\"5xx\"]", "GET", 500, 2)]
    [InlineData("\"On\": [\"5xx\"]", "GET", 599, 2)]
    [InlineData("\"On\": [\"5xx\"]", "GET", 503, 2)]
    [InlineData("\"On\": [\"5xx\"]", "POST", 500, 1)]
    [InlineData("\"On\": [\"5xx\"], \"NonIdempotent\": true", "POST", 500, 2)]
    [InlineData("\"On\": [\"connect-failure\"]", "GET", 503, 1)]
    [InlineData("\"On\": [\"reset\"]", "GET", 503, 1)]
    [InlineData("\"StatusCodes\": [409, 429]", "GET", 409, 2)]
    [InlineData("\"StatusCodes\": [409, 429]", "GET", 429, 2)]
    [InlineData("\"StatusCodes\": [409, 429]", "GET", 503, 2)]
    [InlineData("\"StatusCodes\": [409, 429]", "GET", 404, 1)]
    [InlineData("\"StatusCodes\": [409, 429]", "POST", 409, 1)]
    public Task The_settings_say_what_is_retried(string retry, string method, int status, int sends) =>
        AssertSends(retry, method, status, sends);

    [Theory]
    [InlineData("POST", "Idempotency-Key", 2)]
    [InlineData("PATCH", "idempotency-key", 2)]
    [InlineData("POST", "X-Key", 1)]
    public Task An_idempotency_key_makes_a_request_idempotent(string method, string header, int sends) =>
        AssertSends("", method, 503, sends, request => request.Headers.Add(header, "7"));

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_connection_that_fails_is_followed_by_another_endpoint_whatever_the_method(string method)
    {
        await using Backend backend = await Backend.StartAsync("answer");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", RawServer.DeadAddress(), backend.Address));
        HttpClient client = mesh.Client();

        for (int call = 0; call < 4; call++)
        {
            using HttpRequestMessage request = new(new HttpMethod(method), s_catalog);
            using HttpResponseMessage response = await client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(4, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("", "PUT", 2)]
    [InlineData("", "POST", 1)]
    [InlineData("\"On\": [\"connect-failure\"]", "PUT", 1)]
    [InlineData("\"On\": [\"reset\"]", "PUT", 2)]
    [InlineData("\"On\": [\"5xx\"]", "PUT", 2)]
    [InlineData("\"On\": [\"reset\"]", "POST", 1)]
    [InlineData("\"On\": [\"reset\"], \"NonIdempotent\": true", "POST", 2)]
    public async Task A_connection_that_breaks_before_headers_is_a_reset(string retry, string method, int sends)
    {
        await using RawServer closing = RawServer.StartClosing();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route($"\"Retry\": {{ {retry} }}", closing.Address));
        using HttpRequestMessage request = new(new HttpMethod(method), s_catalog) { Content = new StringContent("body") };

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.Equal(MeshFailureReason.Reset, exception.Reason);
        Assert.Equal(sends, exception.Attempts);
        Assert.Equal(sends, closing.Requests);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task An_attempt_that_timed_out_is_not_repeated_where_the_method_is_not_idempotent()
    {
        await using RawServer mute = RawServer.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await Task.Delay(Timeout.Infinite, connection.Stopping);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Retry\": { \"PerTryTimeout\": \"200ms\" }", mute.Address));
        using StringContent body = new("order");

        await Assert.ThrowsAsync<TaskCanceledException>(() => mesh.Client().PostAsync(s_catalog, body, Cancel));

        Assert.Equal(1, mute.Requests);
    }

    [Fact]
    public async Task Each_attempt_goes_to_an_endpoint_that_was_not_tried()
    {
        Backend[] backends = [await FailingAsync("a"), await FailingAsync("b"), await FailingAsync("c"), await FailingAsync("d")];
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"OutlierDetection\": { \"ConsecutiveErrors\": 0 }, \"RetryBudget\": { \"MinRetriesPerSecond\": 100 }, \"Routes\": [{ \"Retry\": { \"Attempts\": 3, \"Backoff\": { \"BaseInterval\": \"1ms\", \"MaxInterval\": \"1ms\" } } }]",
            backends.Select(backend => backend.Address)));
        HttpClient client = mesh.Client();

        for (int call = 1; call <= 25; call++)
        {
            using HttpResponseMessage response = await client.GetAsync(s_catalog, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.All(backends, backend => Assert.Equal(call, backend.Count));
        }

        foreach (Backend backend in backends)
        {
            await backend.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_answer_that_loses_is_disposed_and_its_connection_serves_again()
    {
        int requests = 0;
        await using RawServer server = RawServer.Start(async connection =>
        {
            while (true)
            {
                await connection.ReadRequestAsync();
                string answer = Interlocked.Increment(ref requests) % 2 == 1 ? "HTTP/1.1 503 Busy" : "HTTP/1.1 200 OK";
                await connection.SendAsync(answer + "\r\nContent-Length: 4\r\n\r\nbody");
            }
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", server.Address));

        for (int call = 0; call < 3; call++)
        {
            Assert.Equal("body", await mesh.Client().GetStringAsync(s_catalog, Cancel));
        }

        Assert.Equal(6, server.Requests);
        Assert.Equal(1, server.Connections);
    }

    private static Task<Backend> FailingAsync(string name) => Backend.StartAsync(name, context =>
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    });

    private static async Task AssertSends(string retry, string method, int status, int sends, Action<HttpRequestMessage>? prepare = null)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = status;
            return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync("no");
        });
        string backoff = "\"Backoff\": { \"BaseInterval\": \"1ms\", \"MaxInterval\": \"1ms\" }";
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            $"\"OutlierDetection\": {{ \"ConsecutiveErrors\": 0 }}, \"Routes\": [{{ \"Retry\": {{ {(retry.Length == 0 ? backoff : retry + ", " + backoff)} }} }}]",
            backend.Address));
        using HttpRequestMessage request = new(new HttpMethod(method), s_catalog);
        prepare?.Invoke(request);

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(method == "HEAD" ? "" : "no", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(sends, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }
}
