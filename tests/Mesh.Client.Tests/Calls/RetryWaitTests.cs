using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>How long a call waits for its next attempt, by a clock that the tests turn.</summary>
public sealed class RetryWaitTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly WatchedTime _time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Retry-After", "2", 2000)]
    [InlineData("Retry-After", "Wed, 02 Jan 2030 03:04:08 GMT", 3000)]
    [InlineData("grpc-retry-pushback-ms", "1500", 1500)]
    public async Task What_the_server_asks_for_is_waited_for(string header, string value, int milliseconds)
    {
        await using Backend backend = await FailingAsync(header, value);
        await using TestMesh mesh = await StartAsync("", backend.Address);

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, Cancel);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await _time.NextWait());
        Assert.Equal(1, backend.Count);
        Assert.Equal(1, mesh.InFlight());
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        using HttpResponseMessage response = await call;
        Assert.Equal(2, backend.Count);
    }

    [Theory]
    [InlineData("Retry-After", "0")]
    [InlineData("Retry-After", "Wed, 02 Jan 2030 03:04:00 GMT")]
    [InlineData("grpc-retry-pushback-ms", "0")]
    public async Task A_wait_that_is_over_is_none(string header, string value)
    {
        await using Backend backend = await FailingAsync(header, value);
        await using TestMesh mesh = await StartAsync("", backend.Address);

        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, Cancel);

        Assert.Equal(2, backend.Count);
    }

    [Theory]
    [InlineData("Retry-After", "6", "")]
    [InlineData("Retry-After", "3600", "")]
    [InlineData("Retry-After", "Wed, 02 Jan 2030 04:04:05 GMT", "")]
    [InlineData("Retry-After", "3", "\"Timeout\": \"2s\"")]
    [InlineData("grpc-retry-pushback-ms", "6000", "")]
    [InlineData("grpc-retry-pushback-ms", "-1", "")]
    [InlineData("grpc-retry-pushback-ms", "soon", "")]
    [InlineData("grpc-retry-pushback-ms", "1.5", "")]
    [InlineData("grpc-retry-pushback-ms", "", "")]
    [InlineData("grpc-retry-pushback-ms", "99999999999", "")]
    public async Task Where_the_server_forbids_it_or_asks_for_too_long_its_answer_is_handed_over(string header, string value, string route)
    {
        await using Backend backend = await FailingAsync(header, value);
        await using TestMesh mesh = await StartAsync(route, backend.Address);

        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(value, response.Headers.NonValidated[header].ToString());
        Assert.Equal("busy", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task The_bound_of_the_wait_doubles_and_then_stays()
    {
        await using Backend backend = await FailingAsync();
        await using TestMesh mesh = await StartAsync(
            "\"Retry\": { \"Attempts\": 4, \"Backoff\": { \"BaseInterval\": \"100ms\", \"MaxInterval\": \"300ms\" } }", backend.Address);

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, Cancel);
        foreach (int bound in new[] { 100, 200, 300, 300 })
        {
            TimeSpan wait = await _time.NextWait();
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(bound));
            _time.Advance(wait);
        }

        using HttpResponseMessage response = await call;
        Assert.Equal(5, backend.Count);
    }

    [Fact]
    public async Task A_retry_after_that_cannot_be_read_is_passed_over()
    {
        await using Backend backend = await FailingAsync("Retry-After", "soon");
        await using TestMesh mesh = await StartAsync("", backend.Address);

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, Cancel);
        TimeSpan wait = await _time.NextWait();
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(25));
        _time.Advance(wait);

        using HttpResponseMessage response = await call;
        Assert.Equal(2, backend.Count);
    }

    private async Task<TestMesh> StartAsync(string route, string address)
    {
        TestMesh mesh = await TestMesh.StartAsync(
            Rules.Route(route, address), builder => builder.Services.AddSingleton<TimeProvider>(_time));

        // The runtime's own connection timers do not go by this clock; those of the mesh's start do.
        _time.Forget();
        return mesh;
    }

    private static Task<Backend> FailingAsync(string? header = null, string value = "") => Backend.StartAsync(answer: context =>
    {
        context.Response.StatusCode = 503;
        if (header is not null)
        {
            context.Response.Headers[header] = value;
        }

        return context.Response.WriteAsync("busy");
    });
}
