using System.Diagnostics;
using System.Text.Json;

namespace Storefront.Tests;

public sealed class LauncherTests
{
    [Fact]
    public async Task A_bounded_run_ends_by_itself_and_sums_up_in_its_last_line()
    {
        using var rules = new RulesCopy();
        rules.Edit("Reviews/appsettings.json", text => text.Replace("\"FailEvery\": \"00:00:04\"", "\"FailEvery\": \"00:00:00.500\"", StringComparison.Ordinal));
        await using Shop shop = Shop.Start("--for", "6s", "--rps", "100", "--rules", rules.Folder);

        Assert.Equal(0, await shop.ExitAsync());

        JsonElement summary = JsonDocument.Parse(shop.Output[^1]).RootElement;
        long requests = summary.GetProperty("requests").GetInt64();
        long retries = summary.GetProperty("retries").GetInt64();
        long v1 = summary.GetProperty("split").GetProperty("v1").GetInt64();
        long v2 = summary.GetProperty("split").GetProperty("v2").GetInt64();
        Assert.InRange(requests, 550, 650);
        long failed = summary.GetProperty("failed").GetInt64();
        Assert.InRange(failed, 0, requests / 50);
        Assert.Equal(requests - failed, v1 + v2);
        Assert.InRange((double)v2 / requests, 0.05, 0.15);

        // All calls inside are proven, over HTTP/1.1 and gRPC alike; the customers are of no mesh.
        string[] last = [.. shop.Output.Where(line => line.Contains('%', StringComparison.Ordinal)).TakeLast(5)];
        Assert.Equal(
            [("catalog", "mTLS web"), ("catalog", "mTLS web"), ("pricing", "mTLS catalog"), ("reviews", "mTLS catalog"), ("web", "plain")],
            last.Select(line => (line.Split(' ')[0], line[16..29].Trim())).Order());

        // Who calls reviews without being catalog is refused, which is no failure.
        Assert.Contains("web -> reviews  403 RBAC: access denied", shop.Output);

        // One replica of reviews never answers well: whoever is sent there goes on to another, and is not sent there again soon.
        Assert.InRange(retries, 1, requests / 2);
    }

    [Fact]
    public async Task A_split_that_is_moved_from_another_terminal_holds_while_calls_go_on()
    {
        await using Shop shop = await Shop.OpenAsync();

        (int exitCode, string said) = await shop.MeshAsync("split", "catalog", "v1=0", "v2=100");

        Assert.True(exitCode == 0, said);
        long moved = Stopwatch.GetTimestamp();

        // With one call in ten to v2, as before, this many in a row do not happen.
        for (int inRow = 0; inRow < 12;)
        {
            inRow = await shop.AskAsync() == "v2" ? inRow + 1 : 0;
            Assert.True(inRow > 0 || Stopwatch.GetElapsedTime(moved) < TimeSpan.FromSeconds(3), "The split did not move.");
        }
    }

    [Fact]
    public async Task Reviews_are_for_catalog_alone_until_the_policy_is_taken_away()
    {
        await using Shop shop = await Shop.OpenAsync();
        Assert.Equal((403, "RBAC: access denied"), await shop.AskReviewsAsync());
        await shop.ReadUntilAsync(line => line == "web -> reviews  403 RBAC: access denied");

        (int exitCode, string said) = await shop.MeshAsync("delete", "authorization-policy", "reviews-callers");

        Assert.True(exitCode == 0, said);
        await shop.ReadUntilAsync(line => line == "web -> reviews  200: no policy refuses it");
        Assert.Equal(200, (await shop.AskReviewsAsync()).Status);
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("catalog v2", false)]
    public async Task In_plain_text_web_alone_is_reached(string service, bool isReached)
    {
        await using Shop shop = await Shop.OpenAsync();
        Assert.Equal(isReached, await shop.IsReachedAsync(service));
    }

    [Fact]
    public async Task Rules_that_are_faulty_end_the_run_with_the_place_of_the_fault()
    {
        using var rules = new RulesCopy();
        rules.Edit("mesh/catalog.yaml", text => text.Replace("weight: 90", "weight: many", StringComparison.Ordinal));
        await using Shop shop = Shop.Start("--rules", rules.Folder);

        Assert.Equal(1, await shop.ExitAsync());
        Assert.Contains(shop.Output, line => line.Contains("catalog.yaml", StringComparison.Ordinal) && line.Contains("'many'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asked_to_end_it_sums_up_and_leaves_no_service_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using Shop shop = await Shop.OpenAsync();
        Assert.Equal(10, shop.Services.Sum(ids => ids.Count()));

        await shop.TerminateAsync();

        Assert.Equal(0, await shop.ExitAsync());
        Assert.StartsWith("{\"requests\":", shop.Output[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Services.SelectMany(ids => ids), Processes.IsRunning);
    }

    [Fact]
    public async Task Killed_it_leaves_no_service_behind()
    {
        await using Shop shop = await Shop.OpenAsync();
        Assert.All(shop.Services.SelectMany(ids => ids), id => Assert.True(Processes.IsRunning(id)));

        shop.Kill();

        await shop.ServicesGoneAsync();
    }

    [Fact]
    public async Task A_service_that_dies_is_named_and_the_others_go_on()
    {
        await using Shop shop = await Shop.OpenAsync();
        int victim = shop.Services["catalog v1"].First();

        using (Process process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        await shop.ReadUntilAsync(line => line.StartsWith($"catalog v1 (process {victim}) died with exit code", StringComparison.Ordinal));
        await shop.ReadUntilAsync(line => line.Contains("Registered as 'catalog", StringComparison.Ordinal));
        Assert.DoesNotContain(shop.Output, line => line.Contains("Exception", StringComparison.Ordinal));
        for (int call = 0; call < 10; call++)
        {
            Assert.Contains(await shop.AskAsync(), new[] { "v1", "v2" });
        }
    }

    [Fact]
    public async Task A_service_that_is_asked_to_end_has_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using Shop shop = await Shop.OpenAsync();
        int victim = shop.Services["pricing"].First();

        await shop.TerminateAsync(victim);

        await shop.ReadUntilAsync(line => line == $"pricing (process {victim}) stopped.");
        Assert.DoesNotContain(shop.Output, line => line.Contains("died", StringComparison.Ordinal) || line.StartsWith("  | ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_users_own_format_of_logs_does_not_matter()
    {
        await using Shop shop = Shop.StartWith([new("Logging__Console__FormatterName", "json")], "--for", "1s");

        Assert.Equal(0, await shop.ExitAsync());
    }

    [Fact]
    public async Task A_service_that_cannot_start_ends_the_run_with_its_own_words()
    {
        using var rules = new RulesCopy();
        rules.Edit("Pricing/appsettings.json", text => text.Replace("\"Http2\"", "Http2", StringComparison.Ordinal));
        await using Shop shop = Shop.Start("--rules", rules.Folder);

        Assert.Equal(1, await shop.ExitAsync());
        Assert.Contains(shop.Output, line => line.StartsWith("pricing (process ", StringComparison.Ordinal) && line.Contains("died", StringComparison.Ordinal));
        Assert.Contains(shop.Output, line => line.StartsWith("  | ", StringComparison.Ordinal) && line.Contains("appsettings.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_argument_is_answered_with_the_usage_and_exit_code_2()
    {
        await using Shop shop = Shop.Start("--fro", "20s");

        Assert.Equal(2, await shop.ExitAsync());
        Assert.Contains("Unknown argument '--fro'.", shop.Output);
        Assert.Contains(shop.Output, line => line.StartsWith("Usage:", StringComparison.Ordinal));
    }
}
