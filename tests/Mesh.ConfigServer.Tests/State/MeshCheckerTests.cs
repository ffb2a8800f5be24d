using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.State;

public sealed class MeshCheckerTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_start_from_the_defaults_and_stay_the_same_objects_while_nothing_changes()
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply("""
            kind: MeshSettings
            defaults: { retryBudget: { percent: 30 } }
            ---
            kind: Service
            name: Catalog
            namespace: Shop
            hosts: [Catalog:8080, "*.catalog.internal"]
            endpoints: [a:1]
            ---
            kind: Service
            name: pricing
            retryBudget: { minRetriesPerSecond: 3 }
            """), Ended);
        MeshState first = store.Current;
        Assert.Equal(["catalog.shop", "pricing.default"], first.Services.Keys.Order());
        Assert.Equal("catalog.shop", first.Services["catalog.shop"].Name);
        Assert.Equal((30, 3), ((int)first.Services["pricing.default"].RetryBudget.Percent, first.Services["pricing.default"].RetryBudget.MinRetriesPerSecond));
        Assert.Equal(["*.catalog.internal catalog.shop", "catalog:8080 catalog.shop"], first.Hosts.Select(host => $"{host.Key} {host.Value.Single()}").Order(StringComparer.Ordinal));

        await store.WriteAsync(Docs.Apply("kind: Service\nname: pricing\n"), Ended);
        MeshState second = store.Current;
        Assert.Same(first.Services["catalog.shop"], second.Services["catalog.shop"]);
        Assert.NotSame(first.Services["pricing.default"], second.Services["pricing.default"]);

        await store.WriteAsync(Docs.Apply("kind: MeshSettings\ndefaults: { retryBudget: { percent: 31 } }"), Ended);
        Assert.Equal([31m, 31m], store.Current.Services.Values.Select(service => (decimal)service.RetryBudget.Percent));

        await store.WriteAsync(Docs.Delete(DocumentKey.Settings), Ended);
        Assert.Equal(new MeshService().RetryBudget, store.Current.Services["pricing.default"].RetryBudget);
    }

    [Theory]
    [InlineData("name: b\nhosts: [x, 'Shop:80']", 3, "hosts:1", "'Shop:80' is a name of Service a.default already. A name belongs to one service.")]
    [InlineData("name: b\nhosts: ['a.default']", 3, "hosts:0", "'a.default' is a name of Service a.default already. A name belongs to one service.")]
    public async Task A_name_belongs_to_one_service(string service, int line, string path, string message)
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply("kind: Service\nname: a\nhosts: ['shop:80', a.default]"), Ended);

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(() => store.WriteAsync(Docs.Apply($"kind: Service\n{service}"), Ended));

        Assert.True(bad.IsConflict);
        Assert.Equal(new MeshFault("Service b.default", path, line, message), Assert.Single(bad.Faults));
    }

    [Fact]
    public async Task A_service_is_called_by_its_short_name_in_its_namespace_and_nobody_else_is()
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply("kind: Service\nname: catalog\nhosts: [catalog]"), Ended);

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(
            () => store.WriteAsync(Docs.Apply("kind: Service\nname: c\nhosts: [Catalog]"), Ended));
        Assert.True(bad.IsConflict);
        Assert.Equal("'Catalog' is a name of Service catalog.default already. A name belongs to one service.", Assert.Single(bad.Faults).Message);

        await store.WriteAsync(Docs.Apply("kind: Service\nname: pricing"), Ended);
        await store.WriteAsync(Docs.Apply("kind: Service\nname: c\nnamespace: other\nendpoints: [a:1]\nhosts: [pricing]"), Ended);
        WriteResult result = await store.WriteAsync(Docs.Apply("kind: Service\nname: d\nendpoints: [a:1]\nhosts: ['catalog:80', 'pricing.default:80', 'd:80', 'x:80']"), Ended);
        Assert.Equal(["hosts:0", "hosts:1", "hosts:3"], result.Warnings.Select(warning => warning.Path));
        Assert.StartsWith("'catalog:80' takes all calls to this port away from the service 'catalog.default'.", result.Warnings[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("'x:80' is called so by gRPC's own clients alone", result.Warnings[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_probably_not_meant_is_a_warning()
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply("kind: Service\nname: b\nnamespace: shop\nendpoints: [{ address: a:1, version: v2 }]\nsubsets: { v1: { version: v1 } }"), Ended);

        WriteResult result = await store.WriteAsync(Docs.Apply("""
            kind: Service
            name: a
            routes:
              - match: { path: /x }
                to: [{ service: b }]
                mirror: [{ service: b.shop, subset: v3 }]
              - to: [{ service: b.shop, subset: v1 }, { service: b.shop, subset: v2 }]
              - name: late
            """), Ended);

        Assert.Equal(
            [
                "Service a.default, line 5, routes:0:to: The mesh has no service 'b.default'. What is sent there fails.",
                "Service a.default, line 6, routes:0:mirror: 'b.shop' has no subset 'v3', nor an endpoint of that version. What is sent there fails.",
                "Service a.default, line 8, routes:2: The route 'late' is never tried: 'route-1' before it takes every request.",
            ],
            result.Warnings.Select(warning => warning.ToString()));

        Assert.Empty((await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("c")), Ended)).Warnings);
        WriteResult deleted = await store.WriteAsync(Docs.Delete(Docs.Service("b", "shop")), Ended);
        Assert.Equal(3, deleted.Warnings.Length);
        Assert.All(deleted.Warnings, warning => Assert.Equal(("Service a.default", (int?)null), (warning.Document, warning.Line)));
    }

    [Fact]
    public void A_service_that_others_have_made_anew_meanwhile_is_another_one_with_its_hosts()
    {
        MeshState first = DocumentCheck.Examine(Docs.Yaml("kind: Service\nname: a\nhosts: [x]\n---\nkind: Service\nname: b\nhosts: [y]\n")).State!;

        MeshState second = MeshChecker.Check(
            first, first.Version.Next, first.Documents, DocumentSet.Empty, first.Births.SetItem("a.default", 5)).State!;

        Assert.Same(first.Services["a.default"], second.Services["a.default"]);
        Assert.Equal((5, first.Births["b.default"]), (second.Births["a.default"], second.Births["b.default"]));
        Assert.Equal(["a.default"], second.ChangedServices);
        Assert.Equal(["x"], MeshChanges.Hosts(first, second));
    }

    [Fact]
    public async Task A_change_of_the_defaults_is_checked_with_every_service()
    {
        await using MeshStore store = await OpenAsync();
        await store.WriteAsync(Docs.Apply("kind: Service\nname: a\nendpoints: [{ address: 'http://a:1' }]"), Ended);

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(
            () => store.WriteAsync(Docs.Apply("kind: MeshSettings\ndefaults: { tls: { mode: Simple } }"), Ended));

        Assert.Equal("Service a.default", Assert.Single(bad.Faults).Document);
    }

    private static Task<MeshStore> OpenAsync() => MeshStore.OpenAsync(new MemoryGenerations(TimeProvider.System), TimeProvider.System, NullLogger.Instance, Ended);
}
