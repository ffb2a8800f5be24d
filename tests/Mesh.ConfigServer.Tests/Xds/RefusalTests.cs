using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;
using ResourceName = Mesh.ConfigServer.Xds.ResourceName;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("a.default", "a.default", true)]
    [InlineData("Cluster 'a.default': no.", "a.default", true)]
    [InlineData("No good: a.default.", "a.default", true)]
    [InlineData("a.default: 3 faults, b.default: none", "a.default", true)]
    [InlineData("x.a.default, a.default", "a.default", true)]
    [InlineData("aa.default", "a.default", false)]
    [InlineData("x.a.default", "a.default", false)]
    [InlineData("a.default.mesh", "a.default", false)]
    [InlineData("a.default|canary", "a.default", false)]
    [InlineData("a.default|canary", "a.default|canary", true)]
    [InlineData("catalog:8080", "catalog", false)]
    [InlineData("catalog:8080", "catalog:8080", true)]
    [InlineData("", "client", false)]
    public void A_name_is_found_where_no_longer_one_contains_it(string text, string name, bool isNamed) =>
        Assert.Equal(isNamed, Of(text).Names(name));

    [Fact]
    public void The_reason_is_printable_and_not_long()
    {
        Assert.Equal("\\u001b[2J\\u000aBoo", Of("\u001b[2J\nBoo").Reason);
        Assert.InRange(Of(new string('\n', 1_000_000)).Reason.Length, 4000, 4100);
        Assert.Equal("The client gave no reason (code 3).", Of("").Reason);
    }

    // Line breaks take more characters once they can be printed.
    [Theory]
    [InlineData('x', 16 * 1024 + 1, "a.default b.default")]
    [InlineData('\n', 15 * 1024, "a.default b.default")]
    [InlineData('x', 1024, "a.default")]
    public void Where_the_text_is_cut_each_may_be_named_behind_it(char padding, int length, string blamed)
    {
        List<SubscribedResource> isNew = [.. new[] { "a.default", "b.default" }.Select(
            name => new SubscribedResource(ResourceName.Parse(ResourceType.Cluster, name, "default")))];
        Refusal refusal = Of("a.default: no. ".PadRight(length, padding));
        Assert.Equal(blamed, string.Join(' ', refusal.Blame(isNew).Select(blame => blame.Resource.Name.Text)));
    }

    private static Refusal Of(string text) => new(new Status { Code = 3, Message = text });
}
