using System.Collections.Immutable;
using Mesh.Model.Documents;
using static Mesh.Model.Xds.Wire.Address;
using static Mesh.Model.Xds.Wire.MeshEndpointMetadata.Types;

namespace Mesh.Model.Xds;

/// <summary>An endpoint. Its place and priority stand around it.</summary>
internal static class EndpointCodec
{
    /// <summary>gRPC clients have no use for what the metadata says.</summary>
    public static Wire.LbEndpoint Encode(MeshEndpoint endpoint, ClientProfile profile) => new()
    {
        Endpoint = new() { Address = new() { SocketAddress = new() { Address = endpoint.Host, PortValue = (uint)endpoint.Port } } },
        LoadBalancingWeight = (uint)endpoint.Weight,
        Metadata = profile is ClientProfile.Mesh ? MeshMetadata.Pack(Extra(endpoint)) : null,
    };

    /// <summary>Those that drain or are not well are not called, nor are those on this machine's file system.</summary>
    public static bool IsUsed(Wire.LbEndpoint message, XdsField at)
    {
        if (message.HealthStatus is not (Wire.HealthStatus.Unknown or Wire.HealthStatus.Healthy or Wire.HealthStatus.Degraded))
        {
            return false;
        }

        bool isPipe = message.Endpoint?.Address?.AddressCase is AddressOneofCase.Pipe;
        if (isPipe)
        {
            at["endpoint"]["address"]["pipe"].Warn("Unix domain sockets are not called: the endpoint is left out.");
        }

        return !isPipe;
    }

    /// <summary>Null after a fault.</summary>
    public static MeshEndpoint? Decode(Wire.LbEndpoint message, Locality locality, int priority, EndpointFacts facts, XdsField at)
    {
        (Wire.MeshEndpointMetadata extra, ImmutableSortedDictionary<string, string> labels) = facts.Of(message.Metadata, at);
        XdsField extraAt = MeshMetadata.At(at);
        EndpointLookup lookup = (EndpointLookup)Known((int)extra.Lookup, (int)Lookup.Services, extraAt["lookup"]);
        return SocketAddressCodec.Decode(message.Endpoint?.Address?.SocketAddress, lookup, at["endpoint"]["address"]["socket_address"])
            is not var (host, port)
            ? null
            : new MeshEndpoint
            {
                Host = host,
                Port = port,
                Lookup = lookup,
                Scheme = (EndpointScheme)Known((int)extra.Scheme, (int)Scheme.Https, extraAt["scheme"]),
                Protocols = (EndpointProtocols)Known((int)extra.Protocols, (int)Protocols.Http2, extraAt["protocols"]),
                Version = extra.Version ?? IstioWorkload.VersionOf(message.Metadata),
                Labels = labels,
                Locality = locality,
                Weight = WireValues.Whole(message.LoadBalancingWeight, 1, at["load_balancing_weight"]) ?? 1,
                Priority = priority,
                Tls = TlsModeCodec.Decode(extra.Tls, extraAt["tls"]),
                TakesPlainText = extra.TakesPlainText,
                SpiffeId = IdIn(extra.SpiffeId, extraAt["spiffe_id"]),
            };
    }

    private static Wire.MeshEndpointMetadata Extra(MeshEndpoint endpoint)
    {
        Wire.MeshEndpointMetadata extra = new()
        {
            Lookup = (Lookup)endpoint.Lookup,
            Scheme = (Scheme)endpoint.Scheme,
            Protocols = (Protocols)endpoint.Protocols,
            Version = endpoint.Version,
            Tls = TlsModeCodec.Encode(endpoint.Tls),
            TakesPlainText = endpoint.TakesPlainText,
            SpiffeId = endpoint.SpiffeId ?? "",
        };
        extra.Labels.Add(endpoint.Labels);
        return extra;
    }

    private static string? IdIn(string text, XdsField at)
    {
        if (text.Length > 0 && !Identity.SpiffeId.TryParse(text, out _))
        {
            at.Fault($"{Wording.Quote(text)} is no identity: spiffe://, a trust domain, /ns/, a namespace, /sa/ and a service.");
        }

        return text.Length == 0 ? null : text;
    }

    private static int Known(int value, int last, XdsField at)
    {
        if (value >= 0 && value <= last)
        {
            return value;
        }

        at.Fault($"{value} is of a later version.");
        return 0;
    }
}
