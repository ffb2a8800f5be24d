using System.Diagnostics;
using Mesh.Interop.Tests.Peers;

namespace Mesh.Interop.Tests;

/// <summary>gRPC for Node.js as client and server: both show certificates of our authority, and the server lets in whom our policies do.</summary>
public sealed class NodeServerTests(NodePackages packages) : IClassFixture<NodePackages>
{
    private const int PermissionDenied = 7;
    private const int Unavailable = 14;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Callers_prove_who_they_are_and_policies_hold_and_change()
    {
        await using LiveServer server = await LiveServer.StartAsync();
        using CertificateFolder ofCatalog = server.Issue("catalog");
        using CertificateFolder ofWeb = server.Issue("web");
        using CertificateFolder ofOther = server.Issue("other");
        await server.ApplyAsync(Policies("web"));
        await using NodeServer catalog = await NodeServer.StartAsync(packages, server.Xds, "catalog", ofCatalog);
        await server.ApplyAsync(Service(catalog, "strict", "{ mode: Mesh, subjectAltNames: [\"" + ofCatalog.Id + "\"] }"));
        await server.ApplyAsync(Service(catalog, "impostor", "{ mode: Mesh, subjectAltNames: [\"" + ofOther.Id + "\"] }"));
        await server.ApplyAsync(Service(catalog, "plain", "{ mode: Disabled }"));
        await using NodeClient web = NodeClient.Start(packages, server.Xds, "web", certificates: ofWeb);
        await using NodeClient other = NodeClient.Start(packages, server.Xds, "other", certificates: ofOther);

        Assert.Equal((0, "catalog"), await SayAsync(web, "xds:///strict"));
        Assert.Equal(PermissionDenied, (await SayAsync(web, "xds:///strict", "/interop.Echo/Other")).Code);
        Assert.Equal(PermissionDenied, (await SayAsync(other, "xds:///strict")).Code);

        // The server is not who is called, and a caller that proves nothing.
        Assert.Equal(Unavailable, (await SayAsync(web, "xds:///impostor")).Code);
        Assert.Equal(Unavailable, (await SayAsync(web, "xds:///plain")).Code);

        await server.ApplyAsync(Policies("other"));
        await Until(async () => (await SayAsync(other, "xds:///strict")).Code == 0);
        await Until(async () => (await SayAsync(web, "xds:///strict")).Code == PermissionDenied);
    }

    [Fact]
    public async Task Who_is_asked_for_nothing_takes_plain_text()
    {
        await using LiveServer server = await LiveServer.StartAsync();
        await using NodeServer catalog = await NodeServer.StartAsync(packages, server.Xds, "catalog");
        await server.ApplyAsync(Service(catalog, "plain", "{ mode: Disabled }"));
        await using NodeClient web = NodeClient.Start(packages, server.Xds);

        Assert.Equal((0, "catalog"), await SayAsync(web, "xds:///plain"));

        await server.ApplyAsync("kind: MeshSettings\nauthorization: { default: Deny }\n");
        await Until(async () => (await SayAsync(web, "xds:///plain")).Code == PermissionDenied);
    }

    private static string Policies(string caller) => $$"""
        kind: PeerAuthentication
        name: all
        mode: Strict
        ---
        kind: AuthorizationPolicy
        name: callers
        selector: { service: catalog }
        rules: [{ from: [{ principals: ["*/ns/default/sa/{{caller}}"] }] }]
        ---
        kind: AuthorizationPolicy
        name: never
        selector: { service: catalog }
        action: Deny
        rules: [{ to: [{ grpc: { service: interop.Echo, method: Other } }] }]
        """;

    private static string Service(NodeServer node, string name, string tls) => $"kind: Service\nname: {name}\nendpoints: [\"{node.Address}\"]\ntls: {tls}\n";

    private static async Task<(int Code, string Backend)> SayAsync(NodeClient client, string target, string method = "/interop.Echo/Say")
    {
        NodeAnswer answer = Assert.Single(await client.CallAsync(target, method: method));
        return (answer.Code, answer.Code == 0 ? answer.Backend : answer.Details);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (long since = Stopwatch.GetTimestamp(); !await holds();)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < s_limit, "It did not come to hold in time.");
        }
    }
}
