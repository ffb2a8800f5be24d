using Mesh.Client.Runtime;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Mesh.Model.Xds;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Services that nobody calls any more.</summary>
public sealed class IdleServiceTests
{
    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task One_that_is_not_called_for_half_an_hour_is_let_go_and_followed_anew_with_the_next_call()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        await using TestMesh mesh = await StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        Look(IdleServices.Rounds);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Look(IdleServices.Rounds);
        Assert.Single(mesh.Mesh.Describe().Services);
        Look(2);

        Assert.Empty(mesh.Mesh.Describe().Services);
        await Eventually.Holds(() => server.Requests.Count(request => request.ResourceNamesUnsubscribe.Contains("catalog.default")) == 4);

        // What was kept is out of date: the call waits for what the server says now.
        await server.PutAsync("catalog.default", two.Address);
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.True(server.Open.Single().Follows(XdsTypes.ClusterLoadAssignment, "catalog.default"));
    }

    [Fact]
    public async Task What_was_known_of_it_holds_where_the_server_is_gone_meanwhile()
    {
        await using Backend one = await Backend.StartAsync("one");
        AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        await using TestMesh mesh = await StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Look(IdleServices.Rounds + 2);
        Assert.Empty(mesh.Mesh.Describe().Services);

        await server.DisposeAsync();
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address is null);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/").InTime());
    }

    [Fact]
    public async Task Those_that_the_settings_name_stay_and_those_that_routes_of_others_in_use_lead_to()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("front.default", AdsServer.Service() with
        {
            Routes =
            [
                new MeshRoute { Name = "all", To = [new RouteTarget { Service = "catalog" }], Mirror = [new RouteMirror { Service = "shadow", Percent = 100 }] },
            ],
        });
        await server.PutAsync("catalog.default", one.Address);
        await server.PutAsync("shadow.default", one.Address);
        await server.PutAsync("wanted.default", one.Address);
        await server.PutAsync("idle.default", one.Address);
        await using TestMesh mesh = await StartAsync(
            server, $$""" "Upstreams": ["wanted"], "Services": { "declared": { {{Rules.Endpoints(one.Address)}} } } """);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://idle/"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://front/"));
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 6);
        for (int i = 0; i < IdleServices.Rounds + 2; i++)
        {
            Assert.Equal("one", await mesh.Client().GetTextAsync("http://front/"));
            Look(1);
        }

        Assert.Equal(
            ["catalog", "declared", "front", "shadow", "wanted"],
            mesh.Mesh.Describe().Services.Select(service => service.Name).Order(StringComparer.Ordinal));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://front/"));
    }

    [Fact]
    public async Task One_that_the_settings_name_no_more_is_let_go()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        const string Other = """ "pricing": { "Endpoints": ["127.0.0.1:1"] } """;
        await using TestMesh mesh = await StartAsync(server, $$""" "Services": { "catalog": {}, {{Other}} } """);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Look(2 * IdleServices.Rounds);
        Assert.Equal(2, mesh.Mesh.Describe().Services.Count);

        mesh.Change(ServedMesh.Rules([server.Address], "", $$""" "Services": { {{Other}} } """));
        Look(2 * IdleServices.Rounds);

        Assert.Equal("pricing", Assert.Single(mesh.Mesh.Describe().Services).Name);
    }

    [Fact]
    public async Task A_call_that_is_under_way_keeps_its_service()
    {
        TaskCompletionSource answer = new();
        await using Backend slow = await Backend.StartAsync(answer: async context =>
        {
            await context.Response.WriteAsync("so far");
            await context.Response.Body.FlushAsync();
            await answer.Task;
        });
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", slow.Address);
        await using TestMesh mesh = await StartAsync(server);
        using HttpRequestMessage request = new(HttpMethod.Get, "http://catalog/");
        using HttpResponseMessage response = await mesh.Client().SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Look(IdleServices.Rounds + 2);
        Assert.Single(mesh.Mesh.Describe().Services);

        answer.SetResult();
        Assert.Equal("so far", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).InTime());
        Look(IdleServices.Rounds + 2);
        Assert.Empty(mesh.Mesh.Describe().Services);
    }

    private Task<TestMesh> StartAsync(AdsServer server, string rest = "") => TestMesh.StartAsync(
        ServedMesh.Rules([server.Address], "", rest),
        builder =>
        {
            ServedMesh.Configure(builder);
            builder.Services.AddSingleton<TimeProvider>(_time);
        });

    private void Look(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _time.Advance(IdleServices.Round);
        }
    }
}
