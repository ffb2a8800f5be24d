using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>What is told of how the tool is used.</summary>
public sealed class HelpTests
{
    [Fact]
    public async Task Help_tells_all_verbs_and_exit_codes_and_of_each_verb_examples()
    {
        ToolRun help = await Run.Tool([]);

        Assert.Equal(0, help.ExitCode);
        foreach (string verb in new[]
        {
            "apply", "get", "delete", "diff", "history", "rollback", "validate", "split", "explain", "endpoints", "proxies", "backup", "restore", "check", "token", "ca", "server", "completion",
        })
        {
            Assert.Contains($"\n  {verb} ", help.Out, StringComparison.Ordinal);
            ToolRun run = await Run.Tool([verb, "--help"]);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($"Examples:\n  ", run.Out, StringComparison.Ordinal);
        }

        Assert.Contains("  3    the config server cannot be reached", help.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  mesh VERB [options]")]
    [InlineData("  mesh get COMMAND [options]", "get")]
    [InlineData("  mesh get service NAME[.NAMESPACE] [options]", "get", "service")]
    [InlineData("  mesh history [NAME[.NAMESPACE]] [options]", "history")]
    [InlineData("  mesh endpoints [NAME[.NAMESPACE]] [options]", "endpoints")]
    [InlineData("  mesh proxies [ID|SERVICE[.NAMESPACE]] [options]", "proxies")]
    [InlineData("  mesh split NAME[.NAMESPACE] SUBSET=WEIGHT... [options]", "split")]
    [InlineData("  mesh apply -f PATH [options]", "apply")]
    [InlineData("  mesh explain METHOD URL [options]", "explain")]
    public async Task Help_puts_into_brackets_what_may_be_left_out_and_fits_a_screen(string usage, params string[] verb)
    {
        ToolRun run = await Run.Tool([.. verb, "--help"], screenWidth: 80);

        Assert.Equal((0, usage), (run.ExitCode, run.Shown.SkipWhile(line => line != "Usage:").ElementAt(1).TrimEnd()));
        Assert.All(run.Shown, line => Assert.InRange(line.Length, 0, 80));
    }
}
