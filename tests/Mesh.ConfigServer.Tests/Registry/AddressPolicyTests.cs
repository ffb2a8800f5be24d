using System.Net;
using Mesh.ConfigServer.Registry;

namespace Mesh.ConfigServer.Tests.Registry;

public class AddressPolicyTests
{
    private static readonly AddressPolicy s_policy = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")], "--address-range");

    [Theory]
    [InlineData("", "192.0.2.1", "192.0.2.1")]
    [InlineData("", "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("", "::1", "::1")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8::0:1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.1.2.3", "192.0.2.1", "10.1.2.3")]
    [InlineData("fd00::7", "192.0.2.1", "fd00::7")]
    [InlineData("127.0.0.1", "::1", "127.0.0.1")]
    [InlineData("10.1.2.3", null, "10.1.2.3")]
    public void What_can_only_be_the_process_is_taken(string host, string? peer, string expected)
    {
        Assert.Equal(expected, s_policy.Resolve(host, peer is null ? null : IPAddress.Parse(peer), out string? problem).ToString());
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("192.0.2.2", "192.0.2.1", "not the address that the stream comes from (192.0.2.1). Where that is meant, such as behind NAT, add its range to --address-range")]
    [InlineData("catalog", "192.0.2.1", "is no IP address. Leave the host empty")]
    [InlineData("0x0a000001", "192.0.2.1", "is no IP address")]
    [InlineData("10.1", "192.0.2.1", "is no IP address")]
    [InlineData("[::1]", "::1", "is no IP address")]
    [InlineData("0.0.0.0", "0.0.0.0", "is none that a process can be called at")]
    [InlineData("::", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("224.0.0.1", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("ff02::1", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("255.255.255.255", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("169.254.169.254", "169.254.169.254", "is none that a process can be called at")]
    [InlineData("::ffff:169.254.169.254", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("fe80::1", "fe80::1", "is none that a process can be called at")]
    [InlineData("fd00:ec2::254", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("fd00:ec2::23", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("fd20:ce::254", "192.0.2.1", "is none that a process can be called at")]
    [InlineData("192.0.0.192", "192.0.0.192", "is none that a process can be called at")]
    [InlineData("168.63.129.16", "168.63.129.16", "is none that a process can be called at")]
    [InlineData("100.100.100.200", "100.100.100.200", "is none that a process can be called at")]
    [InlineData("127.0.0.1", "192.0.2.1", "it listens on loopback only")]
    [InlineData("::1", "192.0.2.1", "it listens on loopback only")]
    [InlineData("127.0.0.1", null, "it listens on loopback only")]
    [InlineData("", null, "is not known. Name one")]
    [InlineData("192.0.2.1", null, "is not the address that the stream comes from")]
    public void What_could_lead_elsewhere_is_refused_with_the_remedy(string host, string? peer, string reason)
    {
        s_policy.Resolve(host, peer is null ? null : IPAddress.Parse(peer), out string? problem);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }
}
