using Mesh.Client.Sources.Xds;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class AddressListTests
{
    private static readonly Uri[] s_three = [new("http://a:1"), new("http://b:1"), new("http://c:1")];

    [Fact]
    public void They_are_tried_in_order_and_once_all_have_failed_one_waits()
    {
        AddressList addresses = new(s_three);

        Assert.Equal(s_three[0], addresses.Current);
        Assert.Equal([false, false, true, false], [addresses.MoveOn(), addresses.MoveOn(), addresses.MoveOn(), addresses.MoveOn()]);
        Assert.Equal(s_three[1], addresses.Current);
    }

    [Fact]
    public void With_one_every_failure_is_a_reason_to_wait() => Assert.True(new AddressList(s_three[..1]).MoveOn());

    [Fact]
    public void Earlier_ones_are_preferred()
    {
        AddressList addresses = new(s_three);
        Assert.Empty(addresses.Earlier);

        addresses.MoveOn();
        addresses.MoveOn();
        Assert.Equal(s_three[..2], addresses.Earlier);

        addresses.Return(s_three[0]);
        Assert.Equal(s_three[0], addresses.Current);
    }
}
