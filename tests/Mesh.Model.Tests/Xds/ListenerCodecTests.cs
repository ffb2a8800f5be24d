using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

public sealed class ListenerCodecTests
{
    [Theory]
    [InlineData("Mesh")]
    [InlineData("Grpc")]
    public void A_listener_bears_the_name_that_was_asked_for_and_leads_to_the_services_routes(string profile)
    {
        Wire.Listener message = ListenerCodec.Encode("catalog:8080", "catalog.shop", System.Enum.Parse<ClientProfile>(profile)).Message;

        var manager = message.ApiListener.ApiListener_.Unpack<Wire.HttpConnectionManager>();
        Assert.Equal(["envoy.filters.http.fault", "envoy.filters.http.router"], manager.HttpFilters.Select(filter => filter.Name));
        Assert.NotNull(manager.Rds.ConfigSource.Ads);
        Decoded<XdsListener> decoded = ListenerCodec.Decode(message);
        Assert.Empty(decoded.Warnings);
        Assert.Equal(new XdsListener { Name = "catalog:8080", RouteConfigurationName = "catalog.shop" }, decoded.Value);
    }

    [Fact]
    public void Routes_may_stand_in_the_listener()
    {
        Wire.HttpConnectionManager manager = new() { RouteConfig = new() { Name = "r", VirtualHosts = { new Wire.VirtualHost { Domains = { "*" } } } } };

        Decoded<XdsListener> decoded = ListenerCodec.Decode(Listener(manager));

        Assert.Equal("r", decoded.Value!.Routes!.Name);
        Assert.Null(decoded.Value.RouteConfigurationName);
    }

    [Fact]
    public void Faults_of_routes_in_the_listener_have_their_place_in_it()
    {
        Wire.HttpConnectionManager manager = new() { RouteConfig = new() { VirtualHosts = { new Wire.VirtualHost() } } };

        Assert.Equal(
            "api_listener.api_listener.route_config.virtual_hosts[0].domains", Assert.Single(ListenerCodec.Decode(Listener(manager)).Faults).Path);
    }

    [Fact]
    public void Routes_from_another_server_are_refused()
    {
        Wire.HttpConnectionManager manager = new() { Rds = new() { ConfigSource = new(), RouteConfigName = "r" } };

        Assert.Equal("api_listener.api_listener.rds.config_source", Assert.Single(ListenerCodec.Decode(Listener(manager)).Faults).Path);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void A_filter_that_is_not_known_is_refused_unless_it_is_optional(bool isOptional, int faults)
    {
        Wire.HttpConnectionManager manager = new()
        {
            Rds = new() { ConfigSource = new() { Self = new() }, RouteConfigName = "r" },
            HttpFilters = { new Wire.HttpFilter { Name = "x", TypedConfig = new() { TypeUrl = "type.googleapis.com/x.Y" }, IsOptional = isOptional } },
        };

        Assert.Equal(faults, ListenerCodec.Decode(Listener(manager)).Faults.Length);
    }

    [Fact]
    public void What_is_no_connection_manager_is_refused()
    {
        Wire.Listener listener = new() { ApiListener = new() { ApiListener_ = Any.Pack(new Wire.Router()) } };

        Assert.Equal("api_listener.api_listener", Assert.Single(ListenerCodec.Decode(listener).Faults).Path);
    }

    private static Wire.Listener Listener(Wire.HttpConnectionManager manager) =>
        new() { Name = "l", ApiListener = new() { ApiListener_ = Any.Pack(manager) } };
}
