using System.Text.Json.Nodes;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary><c>mesh server</c> as a process of its own.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task It_says_where_it_listens_serves_and_ends_when_told_and_keeps_what_it_was_given()
    {
        using TestFolder folder = new();
        string[] command = ["server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "127.0.0.1:0", "--xds-tls", "off", "--dev", "--ready-file", "up.json"];
        using (ToolProcess server = ToolProcess.Start(folder.Path, command))
        {
            string url = await ReadUrlAsync(server);
            JsonNode ready = JsonNode.Parse(await File.ReadAllTextAsync(folder.At("up.json"), TestContext.Current.CancellationToken))!;
            Assert.Equal(url, $"http://{ready["http"]}");
            using ToolProcess apply = ToolProcess.Start(folder.Path, "apply", "-f", "-", "--server", url);
            ToolRun applied = await apply.EndAsync(Documents.Catalog);
            Assert.Equal((0, ""), (applied.ExitCode, applied.Error));

            await server.TerminateAsync();
            ToolRun ended = await server.EndAsync();
            Assert.Equal((0, ""), (ended.ExitCode, ended.Out));
            Assert.Contains("The config server listens", ended.Error, StringComparison.Ordinal);
            Assert.All(
                ended.Error.TrimEnd().Split('\n'), line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [a-z]{4}: Mesh\.ConfigServer", line));
            Assert.False(File.Exists(folder.At("up.json")));
        }

        using ToolProcess again = ToolProcess.Start(folder.Path, command);
        Assert.Equal(0, (await Run.Tool(["get", "service", "catalog"], server: await ReadUrlAsync(again))).ExitCode);
    }

    [Fact]
    public async Task Outside_development_it_serves_mutual_tls_by_what_it_was_told_of_certificates()
    {
        using TestFolder folder = new();
        using ToolProcess server = ToolProcess.Start(
            folder.Path, "server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "off", "--xds-tls", "127.0.0.1:0", "--ready-file", "up.json",
            "--trust-domain", "shop.example", "--certificate-lifetime", "1h", "--max-certificate-lifetime", "2h");
        Assert.Equal("xds      off", await server.ReadLineAsync());
        string address = (await server.ReadLineAsync())!["xds-tls  ".Length..];
        Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal);
        string url = (await server.ReadLineAsync())!["http     ".Length..];
        await Eventually.Holds(() => File.Exists(folder.At("up.json")));
        JsonNode ready = JsonNode.Parse(await File.ReadAllTextAsync(folder.At("up.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal(address, (string?)ready["xdsTls"]);
        Assert.StartsWith("Trust domain  shop.example", (await Run.Tool(["ca", "show"], server: url)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/mesh.lock")]
    [InlineData("data/mesh.db")]
    [InlineData("up.json")]
    public async Task Told_to_end_at_any_moment_of_its_start_it_ends_well(string moment)
    {
        using TestFolder folder = new();
        using ToolProcess server = ToolProcess.Start(
            folder.Path, "server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "127.0.0.1:0", "--xds-tls", "off", "--dev", "--ready-file", "up.json");
        await Eventually.Holds(() => File.Exists(folder.At(moment)));

        await server.TerminateAsync();

        ToolRun ended = await server.EndAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("up.json")));
    }

    [Fact]
    public async Task Streams_that_are_open_are_ended_with_it()
    {
        using TestFolder folder = new();
        using ToolProcess server = ToolProcess.Start(folder.Path, "server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "127.0.0.1:0", "--xds-tls", "off", "--dev");
        string xds = (await server.ReadLineAsync())!["xds      ".Length..];
        using AdsClient client = new(xds, "web-1", "web");
        await client.AskAsync(Model.Xds.XdsTypes.Cluster, "nobody.default");

        await server.TerminateAsync();

        ToolRun ended = await server.EndAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("1 streams are ended", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_served_and_followed_and_not_written_to()
    {
        using TestFolder folder = new();
        folder.Write("mesh/catalog.yaml", Documents.Catalog);
        using ToolProcess server = ToolProcess.Start(
            folder.Path, "server", "--watch", "mesh", "--http", "127.0.0.1:0", "--dev", "--xds", "off", "--xds-tls", "off");
        string url = await ReadUrlAsync(server, xds: "off");

        Assert.Equal(2, (await Run.Tool(["get", "services"], server: url)).Lines.Length);
        folder.Write("mesh/pricing.yaml", Documents.Pricing);
        await Eventually.Runs(() => Run.Tool(["get", "services"], server: url), run => run.Lines.Length == 3);
        ToolRun refused = await Run.Tool(["apply", "-f", folder.At("mesh")], server: url);
        Assert.Equal(1, refused.ExitCode);
        Assert.NotEmpty(refused.Error);
        ToolRun older = await Run.Tool(["history", "catalog"], server: url);
        Assert.Equal((0, "The history has nothing about it."), (older.ExitCode, older.Out.Trim()));
    }

    [Fact]
    public async Task Files_that_are_refused_are_found_by_a_check()
    {
        using TestFolder folder = new();
        folder.Write("mesh/catalog.yaml", Documents.Catalog);
        using ToolProcess server = ToolProcess.Start(
            folder.Path, "server", "--watch", "mesh", "--http", "127.0.0.1:0", "--dev", "--xds", "off", "--xds-tls", "off");
        string url = await ReadUrlAsync(server, xds: "off");

        folder.Write("mesh/bad.yaml", Documents.Bad);

        ToolRun run = await Eventually.Runs(() => Run.Tool(["check"], server: url), run => run.ExitCode == 1);
        Assert.Contains(
            run.Lines, line => line.StartsWith("fail  files      bad.yaml:3: Service bad.default, endpoint: This is not a setting.", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("fail  files      bad.yaml:4: ", StringComparison.Ordinal));
        Assert.Single(
            run.Lines, line => line.TrimStart().StartsWith($"→ Mend what is wrong in {folder.At("mesh")}: since ", StringComparison.Ordinal));
        File.Delete(folder.At("mesh/bad.yaml"));
        await Eventually.Runs(() => Run.Tool(["check"], server: url), run => run.ExitCode == 0);
    }

    [Theory]
    [InlineData(2, "--http: 'nowhere'", "server", "--http", "nowhere")]
    [InlineData(2, "--http: 'Xds, not Http' is no address", "server", "--http", "Xds, not Http")]
    [InlineData(2, "or set --insecure-http", "server", "--http", "192.0.2.1:1")]
    [InlineData(1, "(--http): Cannot assign requested address. Choose an address of this machine.", "server", "--http", "192.0.2.1:1", "--insecure-http")]
    [InlineData(2, "--registration-ttl is '15': it takes a duration", "server", "--registration-ttl", "15")]
    [InlineData(2, "--registration-ttl: 00:00:01 is not from 3 seconds to 10 minutes.", "server", "--registration-ttl", "1s")]
    [InlineData(2, "--xds: 'x'", "server", "--grace-period", "0s", "--xds", "x")]
    [InlineData(2, "--grace-period: 00:11:00 is not from 0 seconds to 10 minutes.", "server", "--grace-period", "11m")]
    [InlineData(2, "--address-range: 'x' is no range of IP addresses", "server", "--address-range", "10.0.0.0/8", "--address-range", "x")]
    [InlineData(2, "--ca-key: --ca-certificate and --ca-key are set together", "server", "--ca-certificate", "ca.pem")]
    [InlineData(2, "--certificate-lifetime: 2.00:00:00 is not from 5 minutes to --max-certificate-lifetime", "server", "--certificate-lifetime", "48h")]
    [InlineData(1, "missing", "server", "--http", "127.0.0.1:0", "--watch", "missing")]
    public async Task What_it_cannot_serve_it_says(int exitCode, string expected, params string[] args)
    {
        using TestFolder folder = new();
        using ToolProcess server = ToolProcess.Start(folder.Path, args);

        ToolRun ended = await server.EndAsync();

        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Out));
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_faults_is_not_served()
    {
        using TestFolder folder = new();
        folder.Write("mesh/bad.yaml", Documents.Bad);
        using ToolProcess server = ToolProcess.Start(folder.Path, "server", "--watch", "mesh", "--http", "127.0.0.1:0");

        ToolRun ended = await server.EndAsync();

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Contains("bad.yaml:3: Service bad.default, endpoint: ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named_by_its_option()
    {
        using TestFolder folder = new();
        using System.Net.Sockets.TcpListener other = new(System.Net.IPAddress.Loopback, 0);
        other.Start();
        using ToolProcess server = ToolProcess.Start(folder.Path, "server", "--http", $"{other.LocalEndpoint}", "--xds", "off", "--xds-tls", "off");

        ToolRun ended = await server.EndAsync();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"{other.LocalEndpoint} (--http)", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_on_one_directory_are_one_too_many()
    {
        using TestFolder folder = new();
        string[] command = ["server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "off", "--xds-tls", "off"];
        using ToolProcess first = ToolProcess.Start(folder.Path, command);
        await ReadUrlAsync(first, xds: "off");
        using ToolProcess second = ToolProcess.Start(folder.Path, command);

        ToolRun ended = await second.EndAsync();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(folder.At("data"), ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_not_served()
    {
        using TestFolder folder = new();
        string database = folder.Write("data/mesh.db", new string('x', 10_000));
        using ToolProcess server = ToolProcess.Start(folder.Path, "server", "--data", "data", "--http", "127.0.0.1:0", "--xds", "off", "--xds-tls", "off");

        ToolRun ended = await server.EndAsync();

        Assert.Equal((1, ""), (ended.ExitCode, ended.Out));
        Assert.Contains(database, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static async Task<string> ReadUrlAsync(ToolProcess server, string xds = "127.0.0.1:")
    {
        Assert.StartsWith($"xds      {xds}", await server.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("xds-tls  off", await server.ReadLineAsync());
        string line = (await server.ReadLineAsync())!;
        Assert.StartsWith("http     http://127.0.0.1:", line, StringComparison.Ordinal);
        return line["http     ".Length..];
    }
}
