using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using Mesh.Interop.Tests.Peers;

namespace Mesh.Interop.Tests;

/// <summary>gRPC for Node.js, which knows nothing of us, follows the rules at our config server.</summary>
public sealed class NodeGrpcTests(NodePackages packages) : IClassFixture<NodePackages>
{
    private const string Target = "xds:///catalog";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Routes_by_header_and_method_and_shares_between_versions_hold_and_change()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using EchoBackend two = await EchoBackend.StartAsync("two");
        await using LiveServer server = await LiveServer.StartAsync();
        string head = $$"""
            kind: Service
            name: catalog
            endpoints:
              - { address: "{{one.Address}}", version: v1 }
              - { address: "{{two.Address}}", version: v2 }
            routes:
              - { name: testers, match: { headers: { x-tester: "true" } }, to: [{ subset: v2 }] }
              - { name: other, match: { grpc: { service: interop.Echo, method: Other } }, to: [{ subset: v2 }] }
            """;
        await server.ApplyAsync($$"""
            {{head}}
              - { name: rest, to: [{ subset: v1, weight: 1 }, { subset: v2, weight: 0 }] }
            """);
        await using NodeClient node = NodeClient.Start(packages, server.Xds);

        Assert.All(await node.CallAsync(Target, 10), answer => Assert.Equal((0, "one"), (answer.Code, answer.Backend)));
        Assert.All(
            await node.CallAsync(Target, 10, metadata: new Dictionary<string, string> { ["x-tester"] = "true" }),
            answer => Assert.Equal("two", answer.Backend));
        Assert.All(await node.CallAsync(Target, 10, "/interop.Echo/Other"), answer => Assert.Equal("two", answer.Backend));

        await server.ApplyAsync($$"""
            {{head}}
              - { name: rest, to: [{ subset: v1, weight: 70 }, { subset: v2, weight: 30 }] }
            """);
        await Until(async () => (await node.CallAsync(Target, 20)).Any(answer => answer.Backend == "two"));

        IReadOnlyList<NodeAnswer> answers = await node.CallAsync(Target, 1000);
        Assert.All(answers, answer => Assert.Equal(0, answer.Code));

        // Six standard deviations to either side.
        Assert.InRange(answers.Count(answer => answer.Backend == "two"), 300 - 87, 300 + 87);
        await Until(async () => Count(await server.ClientAsync(), "nacked") == 0 && Count(await server.ClientAsync(), "stale") == 0);
    }

    [Fact]
    public async Task Endpoints_come_and_go_and_no_call_fails()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using EchoBackend two = await EchoBackend.StartAsync("two");
        await using LiveServer server = await LiveServer.StartAsync();
        await server.ApplyAsync(Catalog(one));
        await using NodeClient node = NodeClient.Start(packages, server.Xds);
        Assert.All(await node.CallAsync(Target, 5), answer => Assert.Equal("one", answer.Backend));

        await server.ApplyAsync(Catalog(one, two));
        await Until(async () => Named(await node.CallAsync(Target, 20)).SetEquals(["one", "two"]));

        await server.ApplyAsync(Catalog(two));
        await Until(async () => Named(await node.CallAsync(Target, 20)).SetEquals(["two"]));
    }

    [Fact]
    public async Task A_service_that_is_deleted_is_gone_and_made_anew_is_back()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using LiveServer server = await LiveServer.StartAsync();
        await using NodeClient node = NodeClient.Start(packages, server.Xds);
        await server.ApplyAsync(Catalog(one));
        Assert.Equal("one", Assert.Single(await node.CallAsync(Target)).Backend);

        await server.DeleteAsync("catalog");
        await Until(async () => (await node.CallAsync(Target)).Single().Code == (int)StatusCode.Unavailable);

        await server.ApplyAsync(Catalog(one));
        await Until(async () => (await node.CallAsync(Target)).Single() is { Code: 0, Backend: "one" });
    }

    [Fact]
    public async Task Calls_are_sent_again_as_the_route_says()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using LiveServer server = await LiveServer.StartAsync();
        one.Before = (call, _) =>
            call % 3 != 0 ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.CompletedTask;
        await server.ApplyAsync(Catalog(one) + "\nroutes: [{ name: all, retry: { attempts: 2, on: [unavailable] } }]");
        await using NodeClient node = NodeClient.Start(packages, server.Xds);

        Assert.All(await node.CallAsync(Target, 5), answer => Assert.Equal(0, answer.Code));

        await server.ApplyAsync(Catalog(one) + "\nroutes: [{ name: all, retry: { attempts: 0 } }]");
        await Until(async () => (await node.CallAsync(Target, 3)).Any(answer => answer.Code == (int)StatusCode.Unavailable));
    }

    [Fact]
    public async Task Calls_end_at_the_routes_timeout()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using LiveServer server = await LiveServer.StartAsync();
        one.Before = (_, ended) => Task.Delay(Timeout.InfiniteTimeSpan, ended);
        await server.ApplyAsync(Catalog(one) + "\nroutes: [{ name: all, timeout: 300ms }]");
        await using NodeClient node = NodeClient.Start(packages, server.Xds);

        NodeAnswer answer = Assert.Single(await node.CallAsync(Target, deadlineMs: 30_000));

        // Which of the two is a race in that library.
        Assert.Contains((StatusCode)answer.Code, new[] { StatusCode.DeadlineExceeded, StatusCode.Cancelled });
        Assert.InRange(answer.Milliseconds, 250, 20_000);
    }

    [Fact]
    public async Task Faults_are_made_as_the_route_says()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using LiveServer server = await LiveServer.StartAsync();
        await server.ApplyAsync(Catalog(one) + """

            routes:
              - { name: aborted, match: { headers: { x-fault: abort } }, fault: { abort: { grpcStatus: 8 } } }
              - { name: delayed, match: { headers: { x-fault: delay } }, fault: { delay: { fixedDelay: 400ms } } }
              - { name: rest }
            """);
        await using NodeClient node = NodeClient.Start(packages, server.Xds);

        Assert.Equal((int)StatusCode.ResourceExhausted, Assert.Single(await node.CallAsync(Target, metadata: Fault("abort"))).Code);
        NodeAnswer delayed = Assert.Single(await node.CallAsync(Target, metadata: Fault("delay"), deadlineMs: 30_000));
        Assert.Equal(0, delayed.Code);
        Assert.True(delayed.Milliseconds >= 390, $"{delayed}");
        Assert.Equal(0, Assert.Single(await node.CallAsync(Target)).Code);

        static Dictionary<string, string> Fault(string kind) => new() { ["x-fault"] = kind };
    }

    [Fact]
    public async Task What_it_cannot_honour_it_is_not_sent_and_the_operator_is_told()
    {
        await using EchoBackend one = await EchoBackend.StartAsync("one");
        await using EchoBackend two = await EchoBackend.StartAsync("two");
        await using LiveServer server = await LiveServer.StartAsync();
        await server.ApplyAsync($$"""
            kind: Service
            name: catalog
            endpoints:
              - { address: "{{one.Address}}", version: v1 }
              - { address: "{{two.Address}}", version: v2 }
            routes:
              - { name: beta, match: { cookies: { beta: "1" } }, to: [{ subset: v2 }] }
              - { name: pattern, match: { headers: { x-id: { regex: "(?i)^a+$" } } }, to: [{ subset: v2 }] }
              - { name: old, match: { pathPrefix: /old }, redirect: { hostname: other } }
              - { name: rest, to: [{ subset: v1 }], requestHeaders: { set: { x-seen: "1" } } }
            healthCheck: { tcp: true }
            loadBalancing: { policy: LeastRequest }
            """);
        await using NodeClient node = NodeClient.Start(packages, server.Xds);

        Assert.All(await node.CallAsync(Target, 5), answer => Assert.Equal((0, "one"), (answer.Code, answer.Backend)));

        JsonElement client = await server.ClientAsync();
        Assert.Equal(0, Count(client, "nacked"));
        string[] gaps = [.. client.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("path").GetString()!)];
        Assert.Contains(gaps, gap =>
            gap.StartsWith("routes:beta:match", StringComparison.Ordinal) || gap.StartsWith("routes:0:match", StringComparison.Ordinal));
        Assert.Contains(gaps, gap => gap.Contains("requestHeaders", StringComparison.Ordinal));
        Assert.Contains("healthCheck", gaps);
    }

    private static string Catalog(params EchoBackend[] backends) => $"""
        kind: Service
        name: catalog
        endpoints: ["{string.Join("\", \"", backends.Select(backend => backend.Address))}"]
        """;

    private static HashSet<string> Named(IReadOnlyList<NodeAnswer> answers)
    {
        Assert.All(answers, answer => Assert.True(answer.Code == 0, $"{answer}"));
        return [.. answers.Select(answer => answer.Backend)];
    }

    private static int Count(JsonElement client, string state) =>
        client.GetProperty("resources").EnumerateArray().Count(resource => resource.GetProperty("state").GetString() == state);

    private static async Task Until(Func<Task<bool>> holds)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_limit, "It did not come to hold.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
