using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Model;

/// <summary>One address at which a service can be reached, or a DNS name that stands for those that it has at the moment.</summary>
internal sealed record MeshEndpoint
{
    /// <summary>A host name or an IP address, without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>0 where DNS tells it, too.</summary>
    public required int Port { get; init; }

    /// <summary>What DNS is asked to find the addresses.</summary>
    public EndpointLookup Lookup { get; init; }

    /// <summary>The host that it was found by in DNS, and that its certificate is for; null: it was not found there.</summary>
    public string? FoundBy { get; init; }

    /// <summary>The scheme that the address was written with; <see cref="EndpointScheme.Any"/> follows the call.</summary>
    public EndpointScheme Scheme { get; init; }

    /// <summary>What it speaks; <see cref="EndpointProtocols.All"/> where nobody says.</summary>
    public EndpointProtocols Protocols { get; init; }

    public string? Version { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    public Locality Locality { get; init; } = new();

    /// <summary>Share of the traffic relative to the others, from 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>0 is called first.</summary>
    public int Priority { get; init; }

    /// <summary>Its priority in DNS, within <see cref="Priority"/>; null: it was not found there as a service.</summary>
    public int? SrvPriority { get; init; }

    /// <summary>Endpoints of the lowest are called first, the others as those fail.</summary>
    public (int Priority, int SrvPriority) Rank => (Priority, SrvPriority ?? 0);

    public TlsMode? Tls { get; init; }

    /// <summary>With <see cref="TlsMode.Mesh"/>: who has no identity may call it in plain text.</summary>
    public bool TakesPlainText { get; init; }

    /// <summary>With <see cref="TlsMode.Mesh"/>: who it has to prove to be, as the control plane names it; null: the service by its name.</summary>
    public string? SpiffeId { get; init; }

    /// <summary>As one would write it in a URI: <c>127.0.0.1:5001</c>, <c>[::1]:5001</c>, <c>https://localhost:7001</c>.</summary>
    public string Address => (Lookup, Scheme) switch
    {
        (EndpointLookup.Addresses, _) => "dns:///" + Authority,
        (EndpointLookup.Services, _) => "dns+srv:///" + Host,
        (_, EndpointScheme.Http) => "http://" + Authority,
        (_, EndpointScheme.Https) => "https://" + Authority,
        _ => Authority,
    };

    /// <summary>Its address without the scheme. Tells one endpoint of a service from another.</summary>
    public string Authority => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>The same without a text.</summary>
    public EndpointKey Key => new(Host, Port);

    /// <summary>Tells whether it is the same as before.</summary>
    public EndpointIdentity Identity => new(Key, FoundBy);
}

/// <summary>What DNS is asked for an endpoint.</summary>
internal enum EndpointLookup
{
    /// <summary>Nothing: its host is dialled as it stands.</summary>
    None,

    /// <summary>The addresses of its host.</summary>
    Addresses,

    /// <summary>The services that go by its host's name: their hosts and ports.</summary>
    Services,
}

/// <summary>Which calls an endpoint takes.</summary>
internal enum EndpointScheme
{
    Any,
    Http,
    Https,
}

/// <summary>What an endpoint speaks.</summary>
internal enum EndpointProtocols
{
    All,

    /// <summary>HTTP/1.1 and no HTTP/2.</summary>
    Http1,

    /// <summary>HTTP/2 and no HTTP/1.1.</summary>
    Http2,
}

/// <summary>A named part of a service's endpoints. An endpoint belongs when the version and every label agree.</summary>
internal sealed record MeshSubset
{
    public string? Version { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    /// <summary>A service's subset of a name. One that it does not list means the endpoints of that version.</summary>
    public static MeshSubset Named(MeshService service, string name) =>
        service.Subsets.GetValueOrDefault(name) ?? new MeshSubset { Version = name };

    public bool Contains(MeshEndpoint endpoint) =>
        (Version is null || string.Equals(Version, endpoint.Version, StringComparison.Ordinal))
        && Labels.All(label => endpoint.Labels.TryGetValue(label.Key, out string? value)
            && string.Equals(value, label.Value, StringComparison.Ordinal));
}
