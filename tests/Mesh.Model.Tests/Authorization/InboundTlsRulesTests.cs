using Mesh.Model.Authorization;

namespace Mesh.Model.Tests.Authorization;

public sealed class InboundTlsRulesTests
{
    private static readonly PeerAuthentication s_mesh = new() { Name = "m", Namespace = "*", Mode = InboundTls.Strict };
    private static readonly PeerAuthentication s_space = new() { Name = "n", Namespace = "shop", Mode = InboundTls.Permissive };

    private static readonly PeerAuthentication s_service = new()
    {
        Name = "s", Namespace = "shop", Selector = new() { Service = "orders" }, Mode = InboundTls.Disabled,
        Ports = new PeerAuthentication().Ports.Add(81, InboundTls.Strict).Add(82, null),
    };

    [Fact]
    public void The_narrowest_word_holds()
    {
        Assert.Equal(InboundTls.Permissive, Of());
        Assert.Equal(InboundTls.Strict, Of(s_mesh));
        Assert.Equal(InboundTls.Permissive, Of(s_mesh, s_space));
        Assert.Equal(InboundTls.Disabled, Of(s_service, s_mesh, s_space));
        Assert.Equal(InboundTls.Strict, InboundTlsRules.Of([s_service, s_mesh, s_space], "orders", "shop", Maps.Empty, 81, null));
        Assert.Equal(InboundTls.Disabled, InboundTlsRules.Of([s_service, s_mesh, s_space], "orders", "shop", Maps.Empty, 82, null));
        Assert.Equal(InboundTls.Permissive, InboundTlsRules.Of([s_service, s_mesh, s_space], "web", "shop", Maps.Empty, 81, null));
        Assert.Equal(InboundTls.Strict, InboundTlsRules.Of([s_service, s_mesh, s_space], "orders", "other", Maps.Empty, 80, null));
    }

    [Fact]
    public void What_is_unset_comes_from_wider_ones() =>
        Assert.Equal(InboundTls.Strict, Of(s_service with { Mode = null }, s_space with { Mode = null }, s_mesh));

    [Fact]
    public void Of_two_as_narrow_the_first_by_name_holds_whole()
    {
        Assert.Equal(InboundTls.Permissive, Of(s_mesh with { Name = "z" }, s_mesh with { Name = "a", Mode = InboundTls.Permissive }));
        Assert.Equal(InboundTls.Permissive, Of(s_mesh with { Name = "z" }, s_mesh with { Name = "a", Mode = null }));
    }

    [Fact]
    public void A_selector_of_the_namespace_comes_before_one_of_the_mesh() =>
        Assert.Equal(InboundTls.Disabled, Of(s_service with { Name = "a", Namespace = "*", Mode = InboundTls.Strict }, s_service));

    [Theory]
    [InlineData(InboundTls.Disabled, InboundTls.Strict, InboundTls.Strict)]
    [InlineData(InboundTls.Permissive, InboundTls.Strict, InboundTls.Strict)]
    [InlineData(InboundTls.Disabled, InboundTls.Permissive, InboundTls.Permissive)]
    [InlineData(InboundTls.Strict, InboundTls.Permissive, InboundTls.Strict)]
    [InlineData(InboundTls.Strict, InboundTls.Disabled, InboundTls.Strict)]
    [InlineData(InboundTls.Permissive, InboundTls.Disabled, InboundTls.Permissive)]
    internal void Settings_only_tighten(InboundTls policy, InboundTls settings, InboundTls expected) =>
        Assert.Equal(expected, InboundTlsRules.Of([s_mesh with { Mode = policy }], "orders", "shop", Maps.Empty, 80, settings));

    [Theory]
    [InlineData(InboundTls.Disabled)]
    [InlineData(InboundTls.Strict)]
    internal void Where_no_policy_says_anything_the_settings_hold(InboundTls settings) =>
        Assert.Equal(settings, InboundTlsRules.Of([s_mesh with { Mode = null }], "orders", "shop", Maps.Empty, 80, settings));

    private static InboundTls Of(params PeerAuthentication[] policies) => InboundTlsRules.Of(policies, "orders", "shop", Maps.Empty, 80, null);
}
