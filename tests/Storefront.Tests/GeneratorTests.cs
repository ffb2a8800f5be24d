namespace Storefront.Tests;

public sealed class GeneratorTests
{
    [Fact]
    public async Task Calls_of_the_warm_up_are_not_counted()
    {
        Scoreboard scoreboard = new();
        using Generator generator = new("127.0.0.1:1", requestsPerSecond: 1, scoreboard);

        await generator.WarmUpAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), (scoreboard.Summarize().Requests, scoreboard.Summarize().Failed));
    }
}
