using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class ExplainTests
{
    [Fact]
    public async Task The_tree_tells_why_and_the_table_how_likely()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        ToolRun run = await server.RunAsync(
            "explain", "get", "http://catalog.default/items/1?q=1", "-H", "x-tester: true", "--from", "web.shop", "--label", "track=canary");

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(
            [
                "GET http://catalog.default/items/1?q=1 from web: service catalog.default",
                "├── testers: taken",
                "│   ├── all conditions hold",
                "│   └── 100 % to catalog.default, subset v2",
                "└── all: not reached: route testers takes all such requests before",
                "",
                "ENDPOINT        SERVICE          VERSION  ODDS",
                "127.0.0.1:5002  catalog.default  v2       100 %",
            ],
            run.Lines);
    }

    private const string Readers = """
        kind: Service
        name: catalog
        endpoints: [127.0.0.1:5001]
        ---
        kind: AuthorizationPolicy
        name: readers
        selector: { service: catalog }
        rules: [{ from: [{ principals: [mesh/ns/default/sa/web] }], to: [{ methods: [GET], ports: [5001] }] }]
        ---
        kind: AuthorizationPolicy
        name: of-others
        selector: { service: orders }
        rules: [{}]
        """;

    [Theory]
    [InlineData("GET", "spiffe://mesh/ns/default/sa/web", "catalog.default: Allowed by default/readers, rule 0.", "└── Allow default/readers: matches by rule 0")]
    [InlineData("GET", "mesh/ns/default/sa/web", "catalog.default: Allowed by default/readers, rule 0.", "└── Allow default/readers: matches by rule 0")]
    [InlineData("PUT", "spiffe://mesh/ns/default/sa/web", "catalog.default: Refused: there are policies that allow something, and none of them allows this.", "    └── rule 0: method PUT is none of GET")]
    [InlineData("GET", "spiffe://mesh/ns/default/sa/web2", "catalog.default: Refused: there are policies that allow something, and none of them allows this.", "    └── rule 0: principal mesh/ns/default/sa/web2 is none of mesh/ns/default/sa/web")]
    [InlineData("GET", "nobody", "catalog.default: Refused: there are policies that allow something, and none of them allows this.", "    └── rule 0: the principal of a caller that has proven nothing is none of mesh/ns/default/sa/web")]
    public async Task Who_asks_as_somebody_is_told_whether_he_is_let_in(string method, string peer, string verdict, string last)
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        string file = folder.Write("catalog.yaml", Readers);
        await server.ApplyAsync(Readers);

        ToolRun run = await server.RunAsync("explain", method, "http://catalog/items", "--as", peer);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Contains(verdict, run.Lines);
        Assert.Equal(last, run.Lines[^1]);
        Assert.Equal(run.Lines, (await Run.Tool(["explain", method, "http://catalog/items", "--as", peer, "-f", file])).Lines);
    }

    [Theory]
    [InlineData("web", null, "--as 'web' is no identity, such as spiffe://")]
    [InlineData(null, "10.0.0.1", "--address is for --as")]
    [InlineData("nobody", "here", "an IP address")]
    public async Task Who_asks_as_nobody_that_can_be_is_told_so(string? peer, string? address, string complaint)
    {
        ToolRun run = await Run.Tool(["explain", "GET", "http://catalog/", .. peer is null ? [] : (string[])["--as", peer], .. address is null ? [] : (string[])["--address", address]]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_are_listed_shown_and_deleted()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Readers + "\n---\nkind: PeerAuthentication\nname: all\nnamespace: '*'\nmode: Strict\n");

        ToolRun list = await server.RunAsync("get", "authorization-policies");
        Assert.Equal(
            [
                "NAME       NAMESPACE  FOR      SAYS",
                "of-others  default    orders   Allow, 1 rules",
                "readers    default    catalog  Allow, 1 rules",
            ],
            list.Lines);
        Assert.Contains("mode: Strict", (await server.RunAsync("get", "peer-authentication", "all.*")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync("delete", "peer-authentication", "all.*")).ExitCode);
        Assert.Equal(4, (await server.RunAsync("get", "peer-authentication", "all.*")).ExitCode);
        Assert.Equal(4, (await server.RunAsync("delete", "authorization-policy", "readers.shop")).ExitCode);
        Assert.Equal(2, (await server.RunAsync("delete", "authorization-policy", "a.b.*")).ExitCode);
    }

    [Fact]
    public async Task Short_names_are_those_of_the_callers_namespace()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        ToolRun run = await server.RunAsync("explain", "GET", "http://catalog/", "--from", "web.shop");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("seen from namespace 'shop'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_files_and_by_the_server_it_is_the_same()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        string file = folder.Write("catalog.yaml", Documents.Catalog);
        await server.ApplyAsync(Documents.Catalog);
        string[] question = ["explain", "GET", "http://catalog/items/1", "-H", "x-tester: false", "--from", "web"];

        ToolRun byServer = await server.RunAsync(question);
        ToolRun byFiles = await Run.Tool([.. question, "-f", file]);

        Assert.Equal(byServer, byFiles);
        Assert.Equal(
            [
                "GET http://catalog/items/1 from web: service catalog.default",
                "├── testers: not taken",
                "│   └── header x-tester is 'false', wanted exactly 'true'",
                "└── all: taken",
                "    ├── 90 % to catalog.default, subset v1",
                "    └── 10 % to catalog.default, subset v2",
                "",
                "ENDPOINT        SERVICE          VERSION  ODDS",
                "127.0.0.1:5001  catalog.default  v1       90 %",
                "127.0.0.1:5002  catalog.default  v2       10 %",
            ],
            byFiles.Lines);
        Assert.Equal((await server.RunAsync([.. question, "-o", "json"])).Out, (await Run.Tool([.. question, "-f", file, "-o", "json"])).Out);
    }

    [Fact]
    public async Task Hosts_ports_and_wildcards_lead_to_their_service()
    {
        const string Document = "kind: Service\nname: a\nhosts: [\"a:8080\", \"*.a.internal\"]\nendpoints: [\"127.0.0.1:1\"]\n";

        foreach (string url in new[] { "a", "http://a:8080/", "http://x.y.a.internal/", "http://A.default/" })
        {
            ToolRun run = await Run.Tool(["explain", "GET", url, "-f", "-"], Document);
            Assert.True(run.ExitCode == 0, $"{url}: {run.Error}");
        }

        Assert.Equal(4, (await Run.Tool(["explain", "GET", "http://b.internal/", "-f", "-"], Document)).ExitCode);
    }

    [Fact]
    public async Task A_name_that_is_mistyped_is_told_by_files_too()
    {
        ToolRun run = await Run.Tool(["explain", "GET", "http://catalgo/", "-f", "-"], Documents.Catalog);

        Assert.Equal(4, run.ExitCode);
        Assert.EndsWith("seen from namespace 'default'. Did you mean 'catalog'?", run.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grpc_call_is_told_from_others()
    {
        const string Document = "kind: Service\nname: a\nendpoints: [\"127.0.0.1:1\"]\nroutes: [ { name: rpc, match: { grpc: { service: shop.Pricing } } } ]\n";
        string[] question = ["explain", "POST", "http://a/shop.Pricing/Get", "-f", "-", "-o", "json"];

        Assert.Equal(1, (double)(await Run.Tool([.. question, "--grpc"], Document)).Json()["routes"]![0]!["odds"]!);
        Assert.Equal(1, (double)(await Run.Tool(question, Document)).Json()["unmatched"]!);
    }

    [Fact]
    public async Task Of_a_service_whose_endpoints_the_clients_find_themselves_none_fails()
    {
        ToolRun run = await Run.Tool(["explain", "GET", "http://shop/", "-f", "-"], Documents.Open);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(
            [
                "GET http://shop/: service shop.default",
                "└── split: taken",
                "    ├── 90 % to shop.default, subset v1",
                "    │   └── shop.default is given no endpoints here: clients find them in their own sources, such as their settings.",
                "    └── 10 % to shop.default, subset v2",
                "        └── shop.default is given no endpoints here: clients find them in their own sources, such as their settings.",
            ],
            run.Lines);
    }

    [Theory]
    [InlineData("no URL", "GET", "ftp://catalog/")]
    [InlineData("has no value", "GET", "http://catalog/", "-H", "x-tester")]
    [InlineData("has no value", "GET", "http://catalog/", "--label", "track")]
    public async Task Questions_that_make_no_sense_are_wrong_usage(string expected, params string[] args)
    {
        ToolRun run = await Run.Tool(["explain", .. args]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
