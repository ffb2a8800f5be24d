using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("127.0.0.1:5001", "127.0.0.1", 5001, "Any")]
    [InlineData("localhost:1", "localhost", 1, "Any")]
    [InlineData("catalog.internal:65535", "catalog.internal", 65535, "Any")]
    [InlineData("my_host:80", "my_host", 80, "Any")]
    [InlineData("[::1]:5001", "::1", 5001, "Any")]
    [InlineData("[0:0:0::1]:5001", "::1", 5001, "Any")]
    [InlineData("http://localhost", "localhost", 80, "Http")]
    [InlineData("https://localhost", "localhost", 443, "Https")]
    [InlineData("https://localhost:7001", "localhost", 7001, "Https")]
    [InlineData("https://localhost:7001/", "localhost", 7001, "Https")]
    [InlineData("HTTPS://[2001:db8::1]", "2001:db8::1", 443, "Https")]
    public void An_endpoint_is_a_host_and_a_port_with_or_without_scheme(string text, string host, int port, string scheme)
    {
        Parsed<MeshEndpoint> parsed = Addresses.Endpoint.Parse(text);

        Assert.Equal(ParseState.Good, parsed.State);
        Assert.Equal((host, port, scheme), (parsed.Value.Host, parsed.Value.Port, parsed.Value.Scheme.ToString()));
        Assert.Equal(parsed.Value, Addresses.Endpoint.Parse(parsed.Value.Address).Value);
    }

    [Theory]
    [InlineData("dns:///catalog.internal:8080", "catalog.internal", 8080, "Addresses")]
    [InlineData("DNS:///localhost:1", "localhost", 1, "Addresses")]
    [InlineData("dns+srv:///_http._tcp.catalog", "_http._tcp.catalog", 0, "Services")]
    [InlineData("dns+srv:///_api-v2._tcp.catalog.shop.internal", "_api-v2._tcp.catalog.shop.internal", 0, "Services")]
    public void A_dns_name_stands_for_what_it_resolves_to(string text, string host, int port, string lookup)
    {
        MeshEndpoint parsed = Addresses.Endpoint.Parse(text).Value;

        Assert.Equal((host, port, lookup), (parsed.Host, parsed.Port, parsed.Lookup.ToString()));
        Assert.Equal(parsed, Addresses.Endpoint.Parse(parsed.Address).Value);
    }

    [Theory]
    [InlineData("dns://catalog:80", "Three slashes go before the name: the name server is the system's.")]
    [InlineData("dns://10.0.0.1/catalog:80", "Three slashes go before the name: the name server is the system's.")]
    [InlineData("dns:///catalog", "Its port is missing.")]
    [InlineData("dns:///", "Its port is missing.")]
    [InlineData("dns:///catalog:80/", "It has a host and a port only: no path, query or user.")]
    [InlineData("dns:////catalog:80", "It has a host and a port only: no path, query or user.")]
    [InlineData("dns:///127.0.0.1:80", "An address needs no look-up: leave out dns:///.")]
    [InlineData("dns:///[::1]:80", "An address needs no look-up: leave out dns:///.")]
    [InlineData("dns+srv://_http._tcp.catalog", "Three slashes go before the name: the name server is the system's.")]
    [InlineData("dns+srv:///_http._tcp.catalog:80", "The ports come from DNS: leave it out.")]
    [InlineData("dns+srv:///catalog.internal", "A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.")]
    [InlineData("dns+srv:///_http._tcp", "A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.")]
    [InlineData("dns+srv:///_._tcp.catalog", "A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.")]
    [InlineData("dns+srv:///_http._tcp.catalog/", "A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.")]
    [InlineData("dns+srv:///", "A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.")]
    [InlineData("", "Its port is missing.")]
    [InlineData("catalog", "Its port is missing.")]
    [InlineData("[::1]", "Its port is missing.")]
    [InlineData("catalog:", "Its port must be a number from 1 to 65535.")]
    [InlineData("catalog:0", "Its port must be a number from 1 to 65535.")]
    [InlineData("catalog:65536", "Its port must be a number from 1 to 65535.")]
    [InlineData("catalog:+80", "Its port must be a number from 1 to 65535.")]
    [InlineData("catalog:http", "Its port must be a number from 1 to 65535.")]
    [InlineData("https://catalog:99999", "Its port must be a number from 1 to 65535.")]
    [InlineData("::1:5001", "An IPv6 address goes in brackets.")]
    [InlineData("2001:db8::1", "An IPv6 address goes in brackets.")]
    [InlineData("http://::1:80", "An IPv6 address goes in brackets.")]
    [InlineData("[::1", "Its host '[:' is neither a name nor an address.")]
    [InlineData("[::g]:80", "Its host '[::g]' is neither a name nor an address.")]
    [InlineData("[127.0.0.1]:80", "Its host '[127.0.0.1]' is neither a name nor an address.")]
    [InlineData("[[::1]:80]:90", "Its host '[[::1]:80]' is neither a name nor an address.")]
    [InlineData("[]:80", "Its host '[]' is neither a name nor an address.")]
    [InlineData(":80", "Its host '' is neither a name nor an address.")]
    [InlineData("http://", "Its host '' is neither a name nor an address.")]
    [InlineData("a..b:80", "Its host 'a..b' is neither a name nor an address.")]
    [InlineData("256.0.0.1:80", "Its host '256.0.0.1' is neither a name nor an address.")]
    [InlineData("10.1:80", "Its host '10.1' is neither a name nor an address.")]
    [InlineData("010.0.0.1:80", "Its host '010.0.0.1' is neither a name nor an address.")]
    [InlineData("*.catalog:80", "Its host '*.catalog' is neither a name nor an address.")]
    [InlineData("catalög:80", "Its host 'catalög' is neither a name nor an address.")]
    [InlineData("http://catalog/api", "It has a host and a port only: no path, query or user.")]
    [InlineData("http://catalog:80//", "It has a host and a port only: no path, query or user.")]
    [InlineData("catalog:80/", "It has a host and a port only: no path, query or user.")]
    [InlineData("http://catalog?x=1", "It has a host and a port only: no path, query or user.")]
    [InlineData("http://catalog#x", "It has a host and a port only: no path, query or user.")]
    [InlineData("http://me:secret@catalog", "It has a host and a port only: no path, query or user.")]
    [InlineData("catalog: 80", "It must not have spaces.")]
    [InlineData(" catalog:80", "It must not have spaces.")]
    [InlineData("catalog\n:80", "It must not have spaces.")]
    [InlineData("ftp://catalog", "The scheme 'ftp' is none of http, https, dns, dns+srv.")]
    [InlineData("://catalog:80", "The scheme '' is none of http, https, dns, dns+srv.")]
    public void What_is_no_endpoint_is_refused_with_the_reason(string text, string reason)
    {
        Parsed<MeshEndpoint> parsed = Addresses.Endpoint.Parse(text);

        Assert.Equal((ParseState.Bad, reason), (parsed.State, parsed.Reason));
    }
}
