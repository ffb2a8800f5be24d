using Mesh.Client.AspNetCore.Registration;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>What is told after a server has refused something.</summary>
public sealed class WantedRegistrationTests
{
    [Theory]
    [InlineData("registration.addresses[1].host: 192.168.1.5 is not the address that the stream comes from.", "10.0.0.5 fe80::1", "http://192.168.1.5:80")]
    [InlineData("registration.addresses[1].host: No. registration.addresses[2].host: No.", "10.0.0.5", "http://192.168.1.5:80 http://[fe80::1]:80")]
    public void Addresses_at_fault_are_left_out(string reason, string left, string leftOut)
    {
        WantedRegistration wanted = new(Of("10.0.0.5", "192.168.1.5", "fe80::1"));

        Assert.True(wanted.TryYield(wanted.Say(), reason, out IReadOnlyList<string> without));

        Assert.Equal(left, Text(wanted.Say()));
        Assert.Equal(leftOut, string.Join(' ', without));
    }

    [Theory]
    [InlineData("registration.addresses[0].host: No. registration.addresses[1].host: No.")]
    [InlineData("registration.weight: 2000 is more than 1000.")]
    [InlineData("registration.addresses[7].host: No.")]
    [InlineData("registration.addresses: There are 17.")]
    public void Where_none_would_be_left_or_it_is_something_else_there_is_nothing_else_to_say(string reason)
    {
        WantedRegistration wanted = new(Of("10.0.0.5", "192.168.1.5"));

        Assert.False(wanted.TryYield(wanted.Say(), reason, out _));

        Assert.Equal("10.0.0.5 192.168.1.5", Text(wanted.Say()));
    }

    [Fact]
    public void What_was_accepted_last_is_told_until_it_is_over_or_refused_itself()
    {
        WantedRegistration wanted = new(Of("10.0.0.5"));
        wanted.Accept(wanted.Say());
        wanted.Take(Of("10.0.0.6"));

        Assert.True(wanted.TryYield(wanted.Say(), "No.", out IReadOnlyList<string> leftOut));
        Assert.Equal(("10.0.0.5", 0), (Text(wanted.Say()), leftOut.Count));

        wanted.BeginAnew();
        Assert.Equal("10.0.0.6", Text(wanted.Say()));
        Assert.True(wanted.TryYield(wanted.Say(), "No.", out _));
        Assert.False(wanted.TryYield(wanted.Say(), "No.", out _));
        Assert.Equal("10.0.0.6", Text(wanted.Say()));
    }

    [Fact]
    public void What_was_accepted_and_is_now_refused_in_part_is_not_told_again()
    {
        WantedRegistration wanted = new(Of("10.0.0.5", "10.0.0.6"));
        wanted.Accept(wanted.Say());

        Assert.True(wanted.TryYield(wanted.Say(), "registration.addresses[0].host: No.", out _));
        Assert.Equal("10.0.0.6", Text(wanted.Say()));
        Assert.False(wanted.TryYield(wanted.Say(), "registration.health_check: No address speaks it.", out _));
    }

    [Fact]
    public void A_refusal_that_comes_after_the_settings_have_changed_is_of_no_concern()
    {
        WantedRegistration wanted = new(Of("10.0.0.5", "10.0.0.6"));
        Wire.Registration refused = wanted.Say();
        wanted.Take(Of("10.0.0.7", "10.0.0.8"));

        Assert.False(wanted.TryYield(refused, "registration.addresses[0].host: No.", out _));

        Assert.Equal("10.0.0.7 10.0.0.8", Text(wanted.Say()));
    }

    [Fact]
    public void A_change_is_news_until_it_was_said()
    {
        WantedRegistration wanted = new(Of("10.0.0.5"));
        Assert.False(wanted.IsNews);

        wanted.Take(Of("10.0.0.6"));

        Assert.True(wanted.IsNews);
        _ = wanted.Say();
        Assert.False(wanted.IsNews);
    }

    private static Wire.Registration Of(params string[] hosts) =>
        new() { Addresses = { hosts.Select(host => new Wire.ListeningAddress { Host = host, Port = 80, Scheme = Wire.MeshEndpointMetadata.Types.Scheme.Http }) } };

    private static string Text(Wire.Registration message) => string.Join(' ', message.Addresses.Select(address => address.Host));
}
