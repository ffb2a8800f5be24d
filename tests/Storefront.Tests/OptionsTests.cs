namespace Storefront.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("20s", 20)]
    [InlineData("1m", 60)]
    [InlineData("1m30s", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1h1s", 3601)]
    [InlineData("1000h", 3600000)]
    public void Times_are_read(string text, int seconds)
    {
        Assert.True(Options.TryParse(["--for", text], out Options? options, out _));
        Assert.Equal(TimeSpan.FromSeconds(seconds), options.For);
    }

    [Theory]
    [InlineData("1200h")]
    [InlineData("1000h1s")]
    [InlineData("9999h9999m9999s")]
    public void A_time_that_no_timer_takes_is_a_fault_that_names_the_limit(string text)
    {
        Assert.False(Options.TryParse(["--for", text], out _, out string? fault));
        Assert.Equal($"--for takes at most 1000h, not '{text}'.", fault);
    }

    [Fact]
    public void Without_arguments_it_runs_until_interrupted_by_the_rules_of_the_sources()
    {
        Assert.True(Options.TryParse([], out Options? options, out _));
        Assert.Null(options.For);
        Assert.Equal(50, options.RequestsPerSecond);
        Assert.True(File.Exists(Path.Combine(options.Rules, "Web", "appsettings.json")));
    }

    [Theory]
    [InlineData("--for")]
    [InlineData("--for", "")]
    [InlineData("--for", "20")]
    [InlineData("--for", "0s")]
    [InlineData("--for", "-1s")]
    [InlineData("--for", "30s1m")]
    [InlineData("--rps", "0")]
    [InlineData("--rps", "ten")]
    [InlineData("--rps", "10001")]
    [InlineData("--rules", "/no/such/folder")]
    [InlineData("20s")]
    public void Everything_else_is_a_fault_that_names_the_argument(params string[] args)
    {
        Assert.False(Options.TryParse(args, out _, out string? fault));
        Assert.Contains(args[0], fault, StringComparison.Ordinal);
    }
}
