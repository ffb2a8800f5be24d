using Mesh.Client.Sources.Xds;
using Mesh.Model.Xds;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class XdsVirtualHostsTests
{
    [Theory]
    [InlineData("catalog.default", "exact")]
    [InlineData("CATALOG.Default", "exact")]
    [InlineData("a.shop.internal", "long suffix")]
    [InlineData("a.internal", "suffix")]
    [InlineData("catalog.other", "prefix")]
    [InlineData("anything", "all")]
    public void The_nearest_is_taken(string name, string expected)
    {
        XdsVirtualHost[] hosts =
        [
            Of("*", "all"), Of("*.internal", "suffix"), Of("catalog.*", "prefix"), Of("*.shop.internal", "long suffix"), Of("catalog.default", "exact"),
        ];

        Assert.Equal(expected, XdsVirtualHosts.Find([.. hosts], name)!.Routes[0].Name);
        Assert.Null(XdsVirtualHosts.Find([hosts[4]], "anything"));
    }

    [Theory]
    [InlineData(false, "port")]
    [InlineData(true, "host")]
    public void The_port_counts_unless_the_configuration_says_otherwise(bool ignoresPort, string expected)
    {
        XdsRouteConfiguration routes = new() { Name = "r", IgnoresPort = ignoresPort, VirtualHosts = [Of("catalog", "host"), Of("catalog:80", "port")] };

        Assert.Equal(expected, XdsVirtualHosts.FindFor(routes, "catalog:80")!.Routes[0].Name);
    }

    private static XdsVirtualHost Of(string domain, string route) => new() { Domains = [domain], Routes = [new() { Name = route }] };
}
