using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>What one request asks for beside its route's rules.</summary>
public sealed class RequestOptionsTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"1m\"")]
    [InlineData("\"Timeout\": \"1ms\"")]
    public async Task Its_timeout_stands_in_for_the_routes(string route)
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await StartAsync(Rules.Route(route, mute.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(5));

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, Cancel);
        await Eventually.Holds(() => mute.Connections == 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => call.InTime());
        Assert.Contains("00:00:05", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task An_infinite_one_takes_the_routes_away()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync(answer: _ => answer.Task);
        await using TestMesh mesh = await StartAsync(Rules.Route("\"Timeout\": \"1s\"", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Options.Set(MeshRequestOptions.Timeout, Timeout.InfiniteTimeSpan);

        Task<HttpResponseMessage> call = mesh.Client().SendAsync(request, Cancel);
        await Eventually.Holds(() => backend.Count == 1);
        _time.Advance(TimeSpan.FromHours(1));
        answer.SetResult();

        using HttpResponseMessage response = await call.InTime();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(25 * 3600)]
    public async Task A_time_that_there_is_not_is_refused(int seconds)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(Rules.Catalog("", backend.Address));
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(seconds));

        ArgumentOutOfRangeException exception = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => mesh.Client().SendAsync(request, Cancel));

        Assert.Contains("MeshRequestOptions.Timeout", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("GET", null, 3)]
    [InlineData("GET", false, 1)]
    [InlineData("GET", true, 3)]
    [InlineData("POST", null, 1)]
    [InlineData("POST", false, 1)]
    [InlineData("POST", true, 3)]
    public async Task It_says_whether_it_may_be_repeated(string method, bool? retry, int sends)
    {
        await using Backend backend = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Retry\": { \"Attempts\": 2 }", backend.Address));
        using HttpRequestMessage request = new(new HttpMethod(method), s_catalog);
        if (retry is { } mayRetry)
        {
            request.Options.Set(MeshRequestOptions.Retry, mayRetry);
        }

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

        Assert.Equal(sends, backend.Count);

        // The next call, on the same objects, goes by the rules alone.
        using HttpResponseMessage next = await mesh.Client().GetAsync(s_catalog, Cancel);
        Assert.Equal(sends + 3, backend.Count);
    }

    [Fact]
    public async Task It_may_name_a_subset_of_the_routes_target()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "Endpoints": [ { "Address": "{{one.Address}}", "Version": "v1" }, { "Address": "{{two.Address}}", "Version": "v2" } ],
            "Subsets": { "new": { "Version": "v2" } }, "Routes": [ { "To": [{ "Subset": "v1" }] } ]
            """)));

        Assert.Equal("one", await AskAsync(null));
        Assert.Equal("two", await AskAsync("v2"));
        Assert.Equal("two", await AskAsync("new"));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => AskAsync("v9"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("'v9'", exception.Message, StringComparison.Ordinal);

        async Task<string> AskAsync(string? subset)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
            if (subset is not null)
            {
                request.Options.Set(MeshRequestOptions.Subset, subset);
            }

            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);
            return await response.Content.ReadAsStringAsync(Cancel);
        }
    }

    private Task<TestMesh> StartAsync(string rules) => TestMesh.StartAsync(rules, builder => builder.Services.AddSingleton<TimeProvider>(_time));
}
