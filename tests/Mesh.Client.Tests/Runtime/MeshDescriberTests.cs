using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Runtime;

public sealed class MeshDescriberTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_the_rules_in_force_where_they_came_from_and_every_endpoint()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context => await answer.Task);
        FakeDiscovery discovery = new();
        discovery["pricing"].Have("127.0.0.1:5001");
        await using TestMesh mesh = await TestMesh.StartAsync(
            $$"""
            { "Service": { "Name": "front" }, "Services": {
                "catalog": {
                    "Endpoints": [ { "Address": "{{backend.Address}}", "Version": "v1", "Weight": 3 }, "https://[::1]:7001" ],
                    "Routes": [ { "Name": "first", "Match": { "Path": "/a" } }, { "Match": { "Path": "/b" } }, { "Name": "rest" } ] },
                "nowhere": {} } }
            """,
            discovery.AddTo);
        Task<HttpResponseMessage> inFlight = mesh.Client().GetUriAsync("http://catalog/");
        await Eventually.Holds(() => backend.Count == 1);
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://nowhere/"));
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("https://pricing/"));

        MeshDescription description = mesh.Mesh.Describe();
        answer.SetResult();
        (await inFlight).Dispose();

        Assert.Equal("front", description.Service);
        Assert.True(description.Enabled);
        Assert.Equal(12, description.SettingsVersion.Length);
        Assert.Equal(["catalog", "nowhere", "pricing"], description.Services.Select(service => service.Name));
        ServiceDescription catalog = description.Services[0];
        Assert.Equal(("settings", "settings"), (catalog.RulesFrom, catalog.EndpointsFrom));
        Assert.Equal(["first", "route-1", "rest"], catalog.Routes);
        Assert.Equal(1, catalog.ActiveCalls);
        Assert.Equal([backend.Address, "https://[::1]:7001"], catalog.Endpoints.Select(endpoint => endpoint.Address));
        Assert.Equal(["v1", null], catalog.Endpoints.Select(endpoint => endpoint.Version));
        Assert.Equal([3, 1], catalog.Endpoints.Select(endpoint => endpoint.Weight));
        Assert.Equal([1, 0], catalog.Endpoints.Select(endpoint => endpoint.ActiveRequests));
        Assert.All(catalog.Endpoints, endpoint => Assert.Equal((EndpointState.Ready, null, null), (endpoint.State, endpoint.Reason, endpoint.Latency)));
        ServiceDescription nowhere = description.Services[1];
        Assert.Equal(("settings", null), (nowhere.RulesFrom, nowhere.EndpointsFrom));
        Assert.Empty(nowhere.Endpoints);
        ServiceDescription pricing = description.Services[2];
        Assert.Equal((null, "service discovery"), (pricing.RulesFrom, pricing.EndpointsFrom));
        Assert.Empty(pricing.Routes);

        ServiceDescription after = mesh.Mesh.Describe().Services[0];
        Assert.Equal(0, after.ActiveCalls);
        Assert.Equal([0, 0], after.Endpoints.Select(endpoint => endpoint.ActiveRequests));
        Assert.InRange(after.Endpoints[0].Latency!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Equal_settings_have_equal_versions_and_others_do_not()
    {
        await using TestMesh first = await TestMesh.StartAsync("""{ "Services": { "catalog": { "Endpoints": ["127.0.0.1:1"] } } }""");
        await using TestMesh same = await TestMesh.StartAsync("""{ "services": { "CATALOG": { "endpoints": ["127.0.0.1:1"] } } }""");
        await using TestMesh other = await TestMesh.StartAsync("""{ "Services": { "catalog": { "Endpoints": ["127.0.0.1:2"] } } }""");
        string version = first.Mesh.Describe().SettingsVersion;

        Assert.Equal(version, same.Mesh.Describe().SettingsVersion);
        Assert.NotEqual(version, other.Mesh.Describe().SettingsVersion);
        first.Change("""{ "Services": { "catalog": { "Endpoints": ["127.0.0.1:2"] } } }""");
        Assert.Equal(other.Mesh.Describe().SettingsVersion, first.Mesh.Describe().SettingsVersion);
    }

    [Fact]
    public async Task A_service_that_is_no_longer_declared_is_no_longer_told_of()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync($$"""{ "Services": { "catalog": { "Endpoints": ["{{backend.Address}}"] }, "pricing": {} } }""");
        await mesh.Client().GetTextAsync("http://catalog/");

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Deny" }, "Services": { "pricing": {} } }""");

        Assert.Equal(["pricing"], mesh.Mesh.Describe().Services.Select(service => service.Name));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetStringAsync(new Uri("http://catalog/"), Cancel));
        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
    }
}
