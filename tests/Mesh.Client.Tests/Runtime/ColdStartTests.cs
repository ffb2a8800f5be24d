using Mesh.Client.Runtime;

namespace Mesh.Client.Tests.Runtime;

public sealed class ColdStartTests
{
    [Fact]
    public void It_covers_the_calls_that_began_before_any_was_answered()
    {
        ColdStart start = new();

        Assert.True(start.Covers(started: 0, now: 100));
        Assert.True(start.Covers(started: 20, now: 110));
        Assert.True(start.Covers(started: 99, now: 300));
        Assert.False(start.Covers(started: 100, now: 301));
        Assert.False(start.Covers(started: 200, now: 302));
    }
}
