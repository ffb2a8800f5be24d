using Mesh.Model.Identity;

namespace Mesh.Model.Tests.Identity;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://mesh-1a/ns/shop/sa/web", "mesh-1a", "shop", "web")]
    [InlineData("spiffe://cluster.local/ns/My_Ns/sa/Web-1.v2", "cluster.local", "My_Ns", "Web-1.v2")]
    [InlineData("spiffe://_/ns/.../sa/-", "_", "...", "-")]
    public void An_identity_is_read_and_written(string text, string domain, string space, string service)
    {
        Assert.True(SpiffeId.TryParse(text, out SpiffeId? id));

        Assert.Equal(new SpiffeId(domain, space, service), id);
        Assert.Equal(text, id.ToString());
        Assert.Equal(text["spiffe://".Length..], id.Principal);
        Assert.Equal($"{service}.{space}", id.FullName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spiffe://")]
    [InlineData("mesh/ns/shop/sa/web")]
    [InlineData("SPIFFE://mesh/ns/shop/sa/web")]
    [InlineData("http://mesh/ns/shop/sa/web")]
    [InlineData("spiffe:/mesh/ns/shop/sa/web")]
    [InlineData("spiffe:///ns/shop/sa/web")]
    [InlineData("spiffe://Mesh/ns/shop/sa/web")]
    [InlineData("spiffe://mesh:443/ns/shop/sa/web")]
    [InlineData("spiffe://me@mesh/ns/shop/sa/web")]
    [InlineData("spiffe://mesh%2e/ns/shop/sa/web")]
    [InlineData("spiffe://mésh/ns/shop/sa/web")]
    [InlineData("spiffe://mesh")]
    [InlineData("spiffe://mesh/")]
    [InlineData("spiffe://mesh/ns/shop")]
    [InlineData("spiffe://mesh/ns/shop/sa/")]
    [InlineData("spiffe://mesh/ns//sa/web")]
    [InlineData("spiffe://mesh/ns/shop/sa/web/")]
    [InlineData("spiffe://mesh/ns/shop/sa/web/more")]
    [InlineData("spiffe://mesh//ns/shop/sa/web")]
    [InlineData("spiffe://mesh/sa/shop/ns/web")]
    [InlineData("spiffe://mesh/NS/shop/sa/web")]
    [InlineData("spiffe://mesh/ns/./sa/web")]
    [InlineData("spiffe://mesh/ns/shop/sa/..")]
    [InlineData("spiffe://mesh/ns/shop/sa/we%62")]
    [InlineData("spiffe://mesh/ns/shop/sa/wéb")]
    [InlineData("spiffe://mesh/ns/shop/sa/web?x")]
    [InlineData("spiffe://mesh/ns/shop/sa/web#x")]
    [InlineData("spiffe://mesh/ns/shop/sa/web ")]
    [InlineData(" spiffe://mesh/ns/shop/sa/web")]
    [InlineData("spiffe://mesh/ns/shop/sa/web\n")]
    [InlineData("spiffe://mesh/ns/shop/sa/w\0b")]
    [InlineData("spiffe://mesh/ns/shop/sa/*")]
    [InlineData("spiffe://mesh\\ns\\shop\\sa\\web")]
    public void Anything_else_is_nobody(string text) => Assert.False(SpiffeId.TryParse(text, out _));

    [Theory]
    [InlineData(255, 4, true)]
    [InlineData(256, 4, false)]
    [InlineData(8, 2022, true)]
    [InlineData(8, 2023, false)]
    public void It_is_of_a_bounded_length(int domain, int service, bool isGood) =>
        Assert.Equal(isGood, SpiffeId.TryParse($"spiffe://{new string('d', domain)}/ns/n/sa/{new string('s', service)}", out _));
}
