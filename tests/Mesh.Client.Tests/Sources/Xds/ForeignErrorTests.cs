using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>What becomes of the errors of a control plane that is not ours, and of its silence.</summary>
public sealed class ForeignErrorTests
{
    private const string Patient = """{ "ConfigServer": { "FirstCallTimeout": "1h" }, "Outbound": { "UnknownHosts": "Deny" } }""";

    private static readonly Wire.Listener s_bad = new() { Name = "catalog" };

    [Theory]
    [InlineData("no virtual host")]
    [InlineData("another authority")]
    [InlineData("no routes")]
    [InlineData("inside")]
    public async Task Where_no_route_is_for_the_authority_calls_fail_by_name(string how)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        Wire.RouteConfiguration routes = how switch
        {
            "no virtual host" => new Wire.RouteConfiguration { Name = "r" },
            "another authority" => Foreign.Routes("r", ["catalog:8080", "other"], Foreign.To("c")),
            _ => Foreign.Routes("r", ["catalog"]),
        };
        await server.PutAsync([.. Foreign.Cluster("c", one.Address), routes, how == "inside" ? WithRoutesInside(routes) : Foreign.Listener("catalog", "r")]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        MeshException exception = await Fails(mesh);

        Assert.Equal((MeshFailureReason.NoEndpoints, "catalog"), (exception.Reason, exception.Service));
        Assert.Contains("RouteConfiguration 'r' of the xDS server has no routes for 'catalog'.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, one.Count);

        await server.PutAsync(how == "inside" ? WithRoutesInside(Foreign.Routes("r", ["catalog"], Foreign.To("c"))) : Foreign.Routes("r", ["catalog"], Foreign.To("c")));
        await Answers(mesh, "one");
        Assert.Empty(server.Refusals);
    }

    [Fact]
    public async Task A_listener_that_is_refused_before_any_good_one_fails_calls_by_name_until_there_is_a_good_one()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync([.. Foreign.Service("catalog", "c", one.Address), s_bad]);
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);

        MeshException exception = await Fails(mesh);

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("Listener 'catalog' of the xDS server is not used. api_listener: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("There is none before it", mesh.Message("ResourceRefused"), StringComparison.Ordinal);
        await Eventually.Holds(() => server.Refusals.Any());
        Assert.Contains("Listener 'catalog': api_listener", server.Refusals.Single(), StringComparison.Ordinal);

        await server.PutAsync(Foreign.Listener("catalog", "routes-catalog"));
        await Answers(mesh, "one");
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_listener_that_is_refused_leaves_the_one_before_in_force_unless_errors_of_data_are_to_fail(bool fails)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await StartAsync(server, fails ? "fail_on_data_errors" : "odd");
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync(s_bad);
        await Eventually.Holds(() => server.Refusals.Any());

        Assert.Equal("catalog", Assert.Single(mesh.Mesh.Describe().ConfigServer!.Refused).Name);
        if (fails)
        {
            MeshException exception = await Fails(mesh);
            Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
            Assert.Contains("Listener 'catalog' of the xDS server is not used. api_listener: ", exception.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
            Assert.Contains("The one before it stays in force.", mesh.Message("ResourceRefused"), StringComparison.Ordinal);
        }

        // Endpoints are followed all the while, or again.
        await server.PutAsync(Foreign.Service("catalog", "c", two.Address));
        await Answers(mesh, "two");
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Theory]
    [InlineData(XdsTypes.Listener, "catalog")]
    [InlineData(XdsTypes.Cluster, "c")]
    public async Task What_is_deleted_stays_in_force_unless_errors_are_to_fail(string type, string name)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await StartAsync(server, "xds_v3");
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DeleteAsync(type, name);
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Refused.Count == 1);

        Assert.Contains("The server has deleted it.", mesh.Mesh.Describe().ConfigServer!.Refused.Single().Reason, StringComparison.Ordinal);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        await server.PutAsync(Foreign.Endpoints("endpoints-c", two.Address));
        await Answers(mesh, "two");

        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await Answers(mesh, "one");
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Fact]
    public async Task A_server_that_hangs_leaves_what_is_known_in_force_and_what_it_does_not_tell_of_does_not_exist()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync([.. Foreign.Service("catalog", "c", one.Address), .. Foreign.Service("pricing", "p", one.Address)]);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await StartAsync(server, "odd", time);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        server.IsMute = true;
        Task<string> call = mesh.Client().GetTextAsync("http://pricing/");
        await Eventually.Holds(() => server.Requests.Any(request => request.ResourceNames.Contains("pricing")));
        Assert.True(await PassesUntil(time, call) >= ResourceStore.AnswerWithin);
        Assert.Equal(MeshFailureReason.UnknownHost, (await Assert.ThrowsAsync<MeshException>(() => call)).Reason);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(0, mesh.Logged("ConfigServerLost"));

        server.IsMute = false;
        await server.PutAsync(Foreign.Service("pricing", "p", one.Address));
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Any(service => service.Name == "pricing"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Fact]
    public async Task Silence_is_the_servers_trouble_where_its_features_say_so()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await StartAsync(server, "resource_timer_is_transient_error", time);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        Task<string> call = mesh.Client().GetTextAsync("http://pricing/");
        await Eventually.Holds(() => server.Requests.Any(request => request.ResourceNames.Contains("pricing")));
        Assert.True(await PassesUntil(time, call) >= ResourceStore.GivenUpAfter);
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("Listener 'pricing' of the xDS server is not used. The server has not told of it in time.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("pricing", Assert.Single(mesh.Mesh.Describe().ConfigServer!.Refused).Name);

        await server.PutAsync(Foreign.Service("pricing", "p", one.Address));
        await Eventually.Holds(() => mesh.Service("pricing").Endpoints.Count == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Theory]
    [InlineData(XdsTypes.RouteConfiguration, "routes-catalog")]
    [InlineData(XdsTypes.Cluster, "c")]
    [InlineData(XdsTypes.ClusterLoadAssignment, "endpoints-c")]
    public async Task A_part_that_does_not_come_is_named_after_its_time(string type, string name)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await server.DeleteAsync(type, name);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await StartAsync(server, "odd", time);

        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => server.Requests.Any(request => request.TypeUrl == type && request.ResourceNames.Contains(name)));
        Assert.True(await PassesUntil(time, call) >= ResourceStore.AnswerWithin);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => call);
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains($"The xDS server has no {type[(type.LastIndexOf('.') + 1)..]} '{name}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_and_endpoints_that_are_missing_from_a_response_stay_in_force()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer server = await SotwServer.StartAsync();
        await server.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DeleteAsync(XdsTypes.RouteConfiguration, "routes-catalog");
        await server.DeleteAsync(XdsTypes.ClusterLoadAssignment, "endpoints-c");
        foreach (string type in new[] { XdsTypes.RouteConfiguration, XdsTypes.ClusterLoadAssignment })
        {
            await Eventually.Holds(() => server.Requests.Count(request => request.TypeUrl == type && request.ResponseNonce.Length > 0) == 2);
        }

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Fact]
    public async Task All_that_was_known_is_in_force_when_all_servers_are_gone()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using SotwServer first = await SotwServer.StartAsync();
        await using SotwServer second = await SotwServer.StartAsync();
        await first.PutAsync(Foreign.Service("catalog", "c", one.Address));
        await using TestMesh mesh = await ForeignMesh.StartAsync(ForeignMesh.Bootstrap([first.Address, second.Address]));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await second.DisposeAsync();
        await first.DisposeAsync();
        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);

        Assert.Null(mesh.Mesh.Describe().ConfigServer!.Address);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    private static Task<TestMesh> StartAsync(SotwServer server, string feature, TimeProvider? time = null) => ForeignMesh.StartAsync(
        ForeignMesh.Bootstrap([server.Address], more: $$""" "channel_creds": [{ "type": "insecure" }], "server_features": ["{{feature}}"] """), Patient, time);

    private static Wire.Listener WithRoutesInside(Wire.RouteConfiguration routes)
    {
        Wire.HttpConnectionManager manager = new() { RouteConfig = routes };
        return new() { Name = "catalog", ApiListener = new() { ApiListener_ = Any.Pack(manager) } };
    }

    // Step by step, for timers may be set late.
    private static async Task<TimeSpan> PassesUntil(WatchedTime time, Task over)
    {
        DateTimeOffset start = time.GetUtcNow();
        await Eventually.Holds(() =>
        {
            if (!over.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            return over.IsCompleted;
        });
        return time.GetUtcNow() - start;
    }

    private static Task Answers(TestMesh mesh, string answer) => Eventually.Holds(() =>
    {
        try
        {
            return mesh.Client().SendText("http://catalog/") == answer;
        }
        catch (MeshException)
        {
            return false;
        }
    });

    private static Task<MeshException> Fails(TestMesh mesh) =>
        Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/")).InTime();
}
