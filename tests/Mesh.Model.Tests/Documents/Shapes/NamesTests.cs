using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class NamesTests
{
    public static TheoryData<string, bool> Services { get; } = new()
    {
        { "catalog", true },
        { "catalog.shop", true },
        { "Catalog_v2-a", true },
        { new string('a', 253), true },
        { new string('a', 254), false },
        { "", false },
        { ".", false },
        { "a.", false },
        { ".a", false },
        { "a..b", false },
        { "a b", false },
        { "a/b", false },
        { "a:80", false },
        { "catalög", false },
        { "localhost", false },
        { "LOCALHOST", false },
        { "127.0.0.1", false },
        { "::1", false },
        { "7", false },
        { "0x7f", false },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_name_is_a_host_name_that_is_no_address(string text, bool good) =>
        Assert.Equal(good, Names.Service.Parse(text).State is ParseState.Good);

    [Theory]
    [InlineData("catalog.mesh", true)]
    [InlineData("*.mesh", true)]
    [InlineData("*.a.mesh", true)]
    [InlineData("*", false)]
    [InlineData("*.", false)]
    [InlineData("*mesh", false)]
    [InlineData("a.*.mesh", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("localhost", false)]
    [InlineData("LocalHost", false)]
    [InlineData("*.localhost", false)]
    [InlineData("shop.localhost", false)]
    [InlineData("shop.localhost.mesh", true)]
    [InlineData("*.mylocalhost", true)]
    public void A_domain_is_a_host_name_or_a_wildcard(string text, bool good) =>
        Assert.Equal(good, Names.Domain.Parse(text).State is ParseState.Good);
}
