using Mesh.Client.Runtime;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Runtime;

/// <summary>What a change of rules or endpoints leaves alone, and what it must not.</summary>
public sealed class ServiceChangeTests
{
    [Fact]
    public async Task A_subset_that_was_misspelt_works_once_it_is_spelt_right()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(To("V2"));
        MeshException failure = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, failure.Reason);

        mesh.Change(To("v2"));

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        string To(string subset) => Rules.Services(("catalog", $$"""
            "Endpoints": [ { "Address": "{{backend.Address}}", "Version": "v2" } ], "Routes": [ { "To": [{ "Subset": "{{subset}}" }] } ]
            """));
    }

    [Fact]
    public async Task Versions_that_differ_in_case_alone_are_told_apart()
    {
        await using Backend upper = await Backend.StartAsync("upper");
        await using Backend lower = await Backend.StartAsync("lower");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "Endpoints": [ { "Address": "{{upper.Address}}", "Version": "V1" }, { "Address": "{{lower.Address}}", "Version": "v1" } ],
            "Routes": [ { "Match": { "Path": "/upper" }, "To": [{ "Subset": "V1" }] }, { "To": [{ "Subset": "v1" }] } ]
            """)));

        Assert.Equal("upper", await mesh.Client().GetTextAsync("http://catalog/upper"));
        Assert.Equal("lower", await mesh.Client().GetTextAsync("http://catalog/lower"));
    }

    [Fact]
    public async Task Switching_the_mesh_decides_nothing_for_a_service_that_no_source_has_told_of_yet()
    {
        await using Backend backend = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        TaskCompletionSource held = discovery["catalog"].Hold(backend.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""", discovery.AddTo);
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);

        mesh.Change("""{ "Enabled": false, "Outbound": { "UnknownHosts": "Deny" } }""");
        held.SetResult();

        Assert.Equal("one", await call);
    }

    [Fact]
    public async Task A_name_means_another_service_once_the_namespace_is_another()
    {
        await using Backend here = await Backend.StartAsync("here");
        await using Backend there = await Backend.StartAsync("there");
        await using TestMesh mesh = await TestMesh.StartAsync(In("shop"));
        Assert.Equal("here", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("there", await mesh.Client().GetTextAsync("http://catalog.bank/"));

        mesh.Change(In("bank"));

        Assert.Equal("there", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("here", await mesh.Client().GetTextAsync("http://catalog.shop/"));
        Assert.Equal("there", await mesh.Client().GetTextAsync("http://catalog.bank/"));

        string In(string name) => $$"""
            { "Service": { "Name": "web", "Namespace": "{{name}}" }, "Services": {
                "catalog.shop": { {{Rules.Endpoints(here.Address)}} }, "catalog.bank": { {{Rules.Endpoints(there.Address)}} } } }
            """;
    }

    [Fact]
    public async Task The_name_of_this_process_follows_the_settings()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Service": { "Name": "web" } }""");
        Assert.Equal("web", mesh.Mesh.Describe().Service);

        mesh.Change("""{ "Service": { "Name": "shop" } }""");

        Assert.Equal("shop", mesh.Mesh.Describe().Service);
    }

    [Fact]
    public async Task An_endpoint_that_takes_another_scheme_keeps_what_was_learnt()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", "http://" + backend.Address));
        await mesh.Client().GetTextAsync("http://catalog/");
        Assert.NotNull(mesh.Endpoint("http://" + backend.Address).Latency);

        mesh.Change(Rules.Catalog("", backend.Address));

        Assert.NotNull(mesh.Endpoint(backend.Address).Latency);
    }

    [Fact]
    public async Task Endpoints_change_without_the_rules_being_made_anew()
    {
        FakeDiscovery discovery = new();
        discovery["catalog"].Have("127.0.0.1:5001");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", """ "Routes": [ { "Name": "all" } ] """)), discovery.AddTo);
        MeshedService service = mesh.Services.GetRequiredService<MeshRuntime>().GetOrAdd("catalog");
        await Eventually.Holds(() => service.Endpoints.Length == 1);
        ServiceRules rules = service.Rules;

        discovery["catalog"].Have("127.0.0.1:5001", "127.0.0.1:5002");
        await Eventually.Holds(() => service.Endpoints.Length == 2);

        Assert.Same(rules, service.Rules);
    }

    [Fact]
    public async Task A_log_that_throws_does_not_keep_a_change_from_being_made()
    {
        await using Backend before = await Backend.StartAsync("before");
        await using Backend after = await Backend.StartAsync("after");
        ThrowingLog log = new("EndpointsChanged");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", before.Address), builder => builder.Logging.AddProvider(log));
        Assert.Equal("before", await mesh.Client().GetTextAsync("http://catalog/"));
        log.Throws = true;

        try
        {
            mesh.Change(Rules.Catalog("", after.Address));
        }
        catch (AggregateException)
        {
            // It is the log's, and goes to whoever told of the change.
        }

        log.Throws = false;
        Assert.Equal("after", await mesh.Client().GetTextAsync("http://catalog/"));
    }
}
