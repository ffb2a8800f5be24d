using Mesh.Model.Xds;
using static Mesh.Model.Tests.Authorization.TestPolicies;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

public sealed class ServerListenerCodecTests
{
    private const string Name = "grpc/server?xds.resource.listening_address=127.0.0.1:50051";

    [Fact]
    public void Where_callers_prove_who_they_are_there_is_TLS_and_all_names_are_different()
    {
        Encoded<Wire.Listener> encoded = Encode(Name, InboundTls.Strict, Allow(new AuthorizationRule()), Deny(new AuthorizationRule()))!;

        Wire.FilterChain chain = Assert.Single(encoded.Message.FilterChains);
        Wire.DownstreamTlsContext tls = chain.TransportSocket.TypedConfig.Unpack<Wire.DownstreamTlsContext>();
        Assert.True(tls.RequireClientCertificate);
        Assert.Equal(("default", "ROOTCA"), (tls.CommonTlsContext.TlsCertificateProviderInstance.InstanceName, tls.CommonTlsContext.ValidationContext.CaCertificateProviderInstance.CertificateName));
        Wire.HttpConnectionManager manager = Assert.Single(chain.Filters).TypedConfig.Unpack<Wire.HttpConnectionManager>();
        Assert.Equal(
            ["envoy.filters.http.rbac.deny", "envoy.filters.http.rbac.allow", "envoy.filters.http.router"], manager.HttpFilters.Select(filter => filter.Name));
        Assert.NotNull(Assert.Single(Assert.Single(manager.RouteConfig.VirtualHosts).Routes).NonForwardingAction);
        Assert.Equal(("127.0.0.1", 50051u), (encoded.Message.Address.SocketAddress.Address, encoded.Message.Address.SocketAddress.PortValue));
        Assert.Empty(encoded.Gaps);
    }

    [Theory]
    [InlineData(InboundTls.Permissive, 1)]
    [InlineData(InboundTls.Disabled, 0)]
    public void Elsewhere_there_is_plain_text_and_it_is_told_where_that_is_less_than_asked_for(object mode, int gaps)
    {
        Encoded<Wire.Listener> encoded = Encode(Name, (InboundTls)mode, Allow(new AuthorizationRule()))!;

        Assert.Null(Assert.Single(encoded.Message.FilterChains).TransportSocket);
        Assert.Equal(gaps, encoded.Gaps.Length);
    }

    [Theory]
    [InlineData("[::1]:50051", "::1")]
    [InlineData("0.0.0.0:50051", "0.0.0.0")]
    public void The_address_is_that_of_the_name(string address, string host) =>
        Assert.Equal(host, Encode(ServerListenerCodec.NamePrefix + address, InboundTls.Disabled)!.Message.Address.SocketAddress.Address);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("catalog:80")]
    [InlineData("")]
    public void What_is_no_address_has_no_listener(string address) => Assert.Null(Encode(ServerListenerCodec.NamePrefix + address, InboundTls.Disabled));

    private static Encoded<Wire.Listener>? Encode(string name, InboundTls mode, params AuthorizationPolicy[] policies) =>
        ServerListenerCodec.Encode(name, policies, AuthorizationDefault.Allow, port => port == 50051 ? mode : throw new InvalidOperationException($"{port}"));
}
