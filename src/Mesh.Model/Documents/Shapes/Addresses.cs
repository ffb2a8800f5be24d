using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Model.Documents;

/// <summary>Settings that are the addresses of endpoints.</summary>
internal static class Addresses
{
    public static Scalar<MeshEndpoint> Endpoint { get; } = new(
        "an endpoint, such as 127.0.0.1:5001, [::1]:5001, catalog.internal:8080, https://localhost:7001 or dns:///catalog.internal:8080",
        Parse,
        endpoint => endpoint.Host.Length == 0 ? null : endpoint.Address)
    {
        Pattern = @"^(.+:[0-9]+|[A-Za-z+]+://\S+)$",
    };

    /// <summary>Where a process says that others reach it.</summary>
    public static Scalar<InboundAddress> Reachable { get; } = new(
        "an IP address with its scheme and port, such as http://10.0.0.5:8080 or https://[fd00::5]:8443",
        text => Parse(text) is { State: ParseState.Good, Value: { } endpoint }
            && endpoint.Scheme is not EndpointScheme.Any && IPAddress.TryParse(endpoint.Host, out IPAddress? address)
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? new InboundAddress { Endpoint = endpoint } : Parsed.Bad<InboundAddress>(),
        reachable => reachable.Endpoint.Host.Length == 0 ? null : reachable.Address)
    {
        Pattern = "^[Hh][Tt][Tt][Pp][Ss]?://.+$",
    };

    /// <summary>1 to 65535, or null.</summary>
    public static int? ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0 ? port : null;

    /// <summary>A host as endpoints have it, from one without brackets; null when it is none.</summary>
    public static string? HostOf(string text) => Host(text.Contains(':', StringComparison.Ordinal) ? $"[{text}]" : text);

    private static Parsed<MeshEndpoint> Parse(string text)
    {
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return Parsed.Bad<MeshEndpoint>("It must not have spaces.");
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? text : text[(scheme + 3)..];
        return (scheme < 0 ? "" : text[..scheme].ToLowerInvariant()) switch
        {
            "" when scheme < 0 => ParseAuthority(rest, EndpointScheme.Any, defaultPort: null),
            "http" => ParseAuthority(WithoutSlash(rest), EndpointScheme.Http, defaultPort: 80),
            "https" => ParseAuthority(WithoutSlash(rest), EndpointScheme.Https, defaultPort: 443),
            "dns" => ParseLookup(rest, ParseHostLookup),
            "dns+srv" => ParseLookup(rest, ParseServiceLookup),
            _ => Parsed.Bad<MeshEndpoint>($"The scheme {Wording.Quote(text[..scheme])} is none of http, https, dns, dns+srv."),
        };
    }

    /// <summary>A browser's address bar ends an address with a slash; it is no path yet.</summary>
    private static string WithoutSlash(string text) => text.EndsWith('/') ? text[..^1] : text;

    private static Parsed<MeshEndpoint> ParseLookup(string text, Func<string, Parsed<MeshEndpoint>> parse) =>
        text.StartsWith('/') ? parse(text[1..]) : Parsed.Bad<MeshEndpoint>("Three slashes go before the name: the name server is the system's.");

    private static Parsed<MeshEndpoint> ParseHostLookup(string text)
    {
        Parsed<MeshEndpoint> parsed = ParseAuthority(text, EndpointScheme.Any, defaultPort: null);
        return parsed.State != ParseState.Good ? parsed
            : IPAddress.TryParse(parsed.Value.Host, out _) ? Parsed.Bad<MeshEndpoint>("An address needs no look-up: leave out dns:///.")
            : parsed.Value with { Lookup = EndpointLookup.Addresses };
    }

    private static Parsed<MeshEndpoint> ParseServiceLookup(string text) =>
        text.Contains(':', StringComparison.Ordinal) ? Parsed.Bad<MeshEndpoint>("The ports come from DNS: leave it out.")
        : Names.IsDotted(text) && text.Split('.', 3) is [['_', _, ..], ['_', _, ..], _]
            ? new MeshEndpoint { Host = text, Port = 0, Lookup = EndpointLookup.Services }
        : Parsed.Bad<MeshEndpoint>("A service in DNS has the form _service._proto.name, such as _http._tcp.catalog.internal.");

    private static Parsed<MeshEndpoint> ParseAuthority(string text, EndpointScheme scheme, int? defaultPort)
    {
        if (text.IndexOfAny(['/', '?', '#', '@', '\\']) >= 0)
        {
            return Parsed.Bad<MeshEndpoint>("It has a host and a port only: no path, query or user.");
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        int? port = hasPort ? ParsePort(text[(colon + 1)..]) : defaultPort;
        if (port is null)
        {
            return Parsed.Bad<MeshEndpoint>(hasPort ? "Its port must be a number from 1 to 65535." : "Its port is missing.");
        }

        string host = hasPort ? text[..colon] : text;
        return Host(host) is { } good ? new MeshEndpoint { Host = good, Port = port.Value, Scheme = scheme }
            : Parsed.Bad<MeshEndpoint>(host.Count(c => c == ':') > 1 && !host.StartsWith('[')
                ? "An IPv6 address goes in brackets." : $"Its host {Wording.Quote(host)} is neither a name nor an address.");
    }

    /// <summary>The host without brackets, addresses in their usual spelling; null when it is none.</summary>
    private static string? Host(string text)
    {
        if (text is ['[', .. string inner, ']'])
        {
            return !inner.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(inner, out IPAddress? v6)
                && v6.AddressFamily is AddressFamily.InterNetworkV6 ? v6.ToString() : null;
        }

        // A last label of digits makes an IPv4 address of it, and then it must be one, in four parts.
        bool isName = Names.IsDotted(text) && !text[(text.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);
        bool isV4 = IPAddress.TryParse(text, out IPAddress? v4) && v4.AddressFamily is AddressFamily.InterNetwork && v4.ToString() == text;
        return isName || isV4 ? text : null;
    }
}
