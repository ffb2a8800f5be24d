using Mesh.Client.AspNetCore.Registration;
using Mesh.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>What is told of what a web server listens on.</summary>
public sealed class ListeningAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000", HttpProtocols.Http1AndHttp2, "Http 127.0.0.1 5000 Http1")]
    [InlineData("http://127.0.0.1:5000", HttpProtocols.Http1, "Http 127.0.0.1 5000 Http1")]
    [InlineData("http://127.0.0.1:5000", HttpProtocols.Http2, "Http 127.0.0.1 5000 Http2")]
    [InlineData("http://127.0.0.1:5000", null, "Http 127.0.0.1 5000 All")]
    [InlineData("https://10.0.0.5:5001", HttpProtocols.Http1AndHttp2, "Https 10.0.0.5 5001 All")]
    [InlineData("https://10.0.0.5:5001", HttpProtocols.Http1AndHttp2AndHttp3, "Https 10.0.0.5 5001 All")]
    [InlineData("https://10.0.0.5:5001", HttpProtocols.Http1, "Https 10.0.0.5 5001 Http1")]
    [InlineData("https://10.0.0.5:5001", HttpProtocols.Http2, "Https 10.0.0.5 5001 Http2")]
    [InlineData("https://10.0.0.5:5001", null, "Https 10.0.0.5 5001 All")]
    [InlineData("http://[::1]:5000", HttpProtocols.Http2, "Http ::1 5000 Http2")]
    [InlineData("http://localhost:5000", HttpProtocols.Http2, "Http 127.0.0.1 5000 Http2")]
    [InlineData("http://0.0.0.0:5000", HttpProtocols.Http2, "Http  5000 Http2")]
    [InlineData("http://[::]:5000", HttpProtocols.Http2, "Http  5000 Http2")]
    [InlineData("http://*:5000", HttpProtocols.Http2, "Http  5000 Http2")]
    [InlineData("http://+:5000/", HttpProtocols.Http2, "Http  5000 Http2")]
    [InlineData("http://shop.example:80", HttpProtocols.Http2, "Http  80 Http2")]
    public void An_address_is_told_as_others_reach_it(string bound, HttpProtocols? protocols, string expected) =>
        Assert.Equal(expected, Text(Assert.Single(ListeningAddresses.Of([bound], _ => protocols, _ => null))));

    [Theory]
    [InlineData("http://unix:/tmp/catalog.sock", HttpProtocols.Http1)]
    [InlineData("http://pipe:/catalog", HttpProtocols.Http1)]
    [InlineData("http://<file handle 7>", HttpProtocols.Http1)]
    [InlineData("https://10.0.0.5:5001", HttpProtocols.Http3)]
    [InlineData("http://169.254.10.1:5000", HttpProtocols.Http1)]
    [InlineData("http://[fe80::1]:5000", HttpProtocols.Http1)]
    [InlineData("http://[fe80::1%1]:5000", HttpProtocols.Http1)]
    public void One_that_nobody_else_reaches_is_left_out(string bound, HttpProtocols protocols) =>
        Assert.Empty(ListeningAddresses.Of([bound], _ => protocols, _ => null));

    [Fact]
    public void Two_that_say_the_same_are_told_once() =>
        Assert.Single(ListeningAddresses.Of(["http://0.0.0.0:5000", "http://[::]:5000"], _ => HttpProtocols.Http1, _ => null));

    [Theory]
    [InlineData("http://localhost:9000; http://0.0.0.0:5000", "Http  5000 Http1")]
    [InlineData("http://[::1]:9000; http://10.0.0.5:5000", "Http 10.0.0.5 5000 Http1")]
    [InlineData("http://[::1]:9000; http://127.0.0.1:5000", "Http ::1 9000 Http1; Http 127.0.0.1 5000 Http1")]
    public void Those_of_this_machine_alone_are_told_where_there_are_no_others(string bound, string expected) =>
        Assert.Equal(expected, string.Join("; ", ListeningAddresses.Of(bound.Split("; "), _ => HttpProtocols.Http1, _ => null).Select(Text)));

    [Theory]
    [InlineData(8080, "http://127.0.0.1:8080 Http2; http://127.0.0.1:9090 Http1", "Http2")]
    [InlineData(80, "http://127.0.0.1:8080 Http2; https://127.0.0.1:9090 Http1", "Http2")]
    [InlineData(80, "http://127.0.0.1:8080 Http2; http://127.0.0.1:9090 Http1", "All")]
    [InlineData(80, "", "All")]
    [InlineData(80, "http://127.0.0.1:8080 Http2; http://127.0.0.1:9090 Http1", "Http2", "Http2")]
    [InlineData(8080, "http://127.0.0.1:8080 Http2", "All", "All")]
    public void What_the_settings_say_has_the_protocols_of_the_listener_behind_it_unless_they_say_so(
        int port, string listeners, string protocols, string? given = null)
    {
        Dictionary<string, HttpProtocols> bound = listeners.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(' '))
            .ToDictionary(parts => parts[0], parts => Enum.Parse<HttpProtocols>(parts[1]));
        IReadOnlyList<Wire.ListeningAddress> listening = ListeningAddresses.Of([.. bound.Keys], address => bound[address], _ => null);

        InboundAddress address = new()
        {
            Endpoint = new() { Host = "10.0.0.5", Port = port, Scheme = EndpointScheme.Http },
            Protocols = given is null ? null : Enum.Parse<EndpointProtocols>(given),
        };

        Wire.ListeningAddress said = Assert.Single(ListeningAddresses.Of([address], listening));

        Assert.Equal($"Http 10.0.0.5 {port} {protocols}", Text(said));
        Assert.Equal(given is null && listening.Count > 1 && protocols == "All", ListeningAddresses.Unclear([address], listening).Any());
    }

    private static string Text(Wire.ListeningAddress address) => $"{address.Scheme} {address.Host} {address.Port} {address.Protocols}";
}
