using System.Collections.Immutable;
using System.Globalization;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>What is different of a service's endpoints, for clients of our own.</summary>
internal static class EndpointsPatchCodec
{
    public static Wire.MeshEndpointsPatch Encode(XdsEndpointsPatch patch) => new()
    {
        ClusterName = patch.Name,
        BaseVersion = patch.BaseVersion,
        Changed = { patch.Changed.Select(EncodeOne) },
        Removed = { patch.Removed.Select(Text) },
    };

    /// <summary>One endpoint with all that is said of it.</summary>
    public static Wire.MeshEndpointsPatch.Types.Endpoint EncodeOne(MeshEndpoint endpoint) => new()
    {
        Locality = LocalityCodec.Encode(endpoint.Locality),
        Priority = (uint)endpoint.Priority,
        Endpoint_ = EndpointCodec.Encode(endpoint, ClientProfile.Mesh),
    };

    public static Decoded<XdsEndpointsPatch> Decode(Wire.MeshEndpointsPatch patch)
    {
        XdsField at = XdsField.Resource();
        if (patch.ClusterName.Length == 0)
        {
            at["cluster_name"].Fault("The cluster's name is the resource's.");
        }

        if (patch.BaseVersion.Length == 0)
        {
            at["base_version"].Fault("It is not said which version this applies to.");
        }

        ImmutableArray<MeshEndpoint>.Builder changed = ImmutableArray.CreateBuilder<MeshEndpoint>();
        List<EndpointKey> removed = [.. patch.Removed.SelectMany((text, i) => Key(text, at["removed", i]) is { } key ? (EndpointKey[])[key] : [])];
        EndpointFacts facts = new();
        HashSet<EndpointKey> seen = [];
        for (int i = 0; i < patch.Changed.Count; i++)
        {
            XdsField changedAt = at["changed", i];
            if (Decode(patch.Changed[i], facts, changedAt) is not { } endpoint)
            {
                continue;
            }

            if (!seen.Add(endpoint.Key))
            {
                changedAt["endpoint"].Fault($"{endpoint.Authority} is listed already.");
            }

            if (EndpointCodec.IsUsed(patch.Changed[i].Endpoint_, changedAt["endpoint"]))
            {
                changed.Add(endpoint);
            }
            else
            {
                removed.Add(endpoint.Key);
            }
        }

        return at.Decoded(new XdsEndpointsPatch
        {
            Name = patch.ClusterName, BaseVersion = patch.BaseVersion, Changed = changed.ToImmutable(), Removed = [.. removed],
        });
    }

    private static MeshEndpoint? Decode(Wire.MeshEndpointsPatch.Types.Endpoint changed, EndpointFacts facts, XdsField at)
    {
        if (changed.Endpoint_ is not { } message)
        {
            at["endpoint"].Fault("There is nothing in it.");
            return null;
        }

        if (changed.Priority > LocalityCodec.LastPriority)
        {
            at["priority"].Fault($"{changed.Priority} is more than {LocalityCodec.LastPriority}, the last of the priorities.");
            return null;
        }

        MeshEndpoint? endpoint = EndpointCodec.Decode(
            message, LocalityCodec.Decode(changed.Locality), (int)changed.Priority, facts, at["endpoint"]);
        if (endpoint?.Weight > LocalityWeights.Heaviest)
        {
            // Next to those that stay it would be weighed by another scale.
            at["endpoint"]["load_balancing_weight"].Fault($"{endpoint.Weight} is more than {LocalityWeights.Heaviest}.");
        }

        return endpoint;
    }

    private static string Text(EndpointKey key) => new MeshEndpoint { Host = key.Host, Port = key.Port }.Authority;

    /// <summary>Null after a fault.</summary>
    private static EndpointKey? Key(string text, XdsField at)
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            string host = text[..colon];
            return new EndpointKey(host is ['[', .. string inner, ']'] ? inner : host, port);
        }

        at.Fault($"{Wording.Quote(text)} is no host and port.");
        return null;
    }
}
