using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Endpoints that say in their answers that they are about to stop.</summary>
public sealed class DepartureTests
{
    private readonly FakeTimeProvider _time = new();
    private volatile bool _isLeaving = true;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Others_are_called_from_then_on_and_no_caller_sees_why(bool http2)
    {
        await using Backend one = await LeavingAsync(http2);
        await using Backend two = await Backend.StartAsync("two", http2: http2);
        await using TestMesh mesh = await StartAsync(one, two);

        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage answer = await GetAsync(mesh, http2);
            Assert.False(answer.Headers.Contains("mesh-draining"));
        }

        Assert.Equal((1, 19), (one.Count, two.Count));
        EndpointDescription leaving = mesh.Mesh.Describe().Services.Single().Endpoints.Single(endpoint => endpoint.Address == one.Address);
        Assert.Equal((EndpointState.Unhealthy, "it says that it is about to stop"), (leaving.State, leaving.Reason));
        Assert.Single(mesh.Logs.Of("EndpointLeaving"));

        // Whoever is there by then is another process.
        _isLeaving = false;
        _time.Advance(TimeSpan.FromSeconds(9));
        await GetAsync(mesh, http2, times: 20);
        Assert.Equal(1, one.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync(mesh, http2, times: 20);
        Assert.NotEqual(1, one.Count);
        Assert.Equal(EndpointState.Ready, mesh.Mesh.Describe().Services.Single().Endpoints.Single(endpoint => endpoint.Address == one.Address).State);
    }

    [Fact]
    public async Task The_only_one_is_called_all_the_same_and_is_there_again_once_it_answers_as_others_do()
    {
        await using Backend one = await LeavingAsync(http2: false);
        await using TestMesh mesh = await StartAsync(one);

        await GetAsync(mesh, http2: false, times: 3);
        Assert.Equal(EndpointState.Unhealthy, mesh.Mesh.Describe().Services.Single().Endpoints.Single().State);

        _isLeaving = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync(mesh, http2: false, times: 1);
        Assert.Equal(EndpointState.Ready, mesh.Mesh.Describe().Services.Single().Endpoints.Single().State);
    }

    private static async Task GetAsync(TestMesh mesh, bool http2, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage answer = await GetAsync(mesh, http2);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(TestMesh mesh, bool http2)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/")
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await mesh.Client().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<TestMesh> StartAsync(params Backend[] backends) => TestMesh.StartAsync(
        Rules.Catalog(""" "LoadBalancing": { "Policy": "RoundRobin" } """, backends.Select(backend => backend.Address)),
        builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private Task<Backend> LeavingAsync(bool http2) => Backend.StartAsync(
        "one",
        context =>
        {
            if (_isLeaving)
            {
                context.Response.Headers["mesh-draining"] = "true";
                context.Response.Headers.Connection = http2 ? default : "close";
            }

            return context.Response.WriteAsync("one");
        },
        http2);
}
