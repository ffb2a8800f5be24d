namespace Mesh.Model.Xds;

/// <summary>The endpoints of one place and priority.</summary>
internal static class LocalityCodec
{
    // Envoy's bound; documents stay below it.
    public const int LastPriority = 128;

    /// <summary>By priority, and in each by place; endpoints keep their order otherwise.</summary>
    public static IEnumerable<Wire.LocalityLbEndpoints> Encode(IEnumerable<MeshEndpoint> endpoints, ClientProfile profile) => endpoints
        .GroupBy(endpoint => (endpoint.Priority, endpoint.Locality))
        .OrderBy(group => group.Key.Priority)
        .Select(group => Encode(group.Key.Locality, group.Key.Priority, [.. group], profile));

    public static Wire.Locality Encode(Locality locality) => new()
    {
        Region = locality.Region ?? "", Zone = locality.Zone ?? "", SubZone = locality.SubZone ?? "",
    };

    public static Locality Decode(Wire.Locality? locality) => locality is null ? new() : new()
    {
        Region = GivenOrNull(locality.Region),
        Zone = GivenOrNull(locality.Zone),
        SubZone = GivenOrNull(locality.SubZone),
    };

    /// <summary>Those that are in use.</summary>
    public static IReadOnlyList<LocalityEndpoints> Decode(IReadOnlyList<Wire.LocalityLbEndpoints> messages, XdsField at)
    {
        // Weights of places mean something next to each other alone. gRPC leaves out a place without one even where none has any.
        bool isWeighted = messages.Any(message => message.LoadBalancingWeight is not null);
        HashSet<(uint, Locality)> places = [];
        HashSet<string> addresses = new(StringComparer.OrdinalIgnoreCase);
        EndpointFacts facts = new();
        List<LocalityEndpoints> used = [];
        for (int i = 0; i < messages.Count; i++)
        {
            (Wire.LocalityLbEndpoints message, XdsField placeAt) = (messages[i], at["endpoints", i]);
            Locality locality = Decode(message.Locality);
            if (message.Priority > LastPriority)
            {
                placeAt["priority"].Fault($"{message.Priority} is more than {LastPriority}, the last of the priorities.");
            }
            else if (!places.Add((message.Priority, locality)))
            {
                placeAt["locality"].Fault("The place is listed already with the same priority.");
            }
            else if (isWeighted && message.LoadBalancingWeight is null)
            {
                placeAt["load_balancing_weight"].Warn("The place has no weight, as others have: it is left out.");
            }
            else if (message.LoadBalancingWeight is not 0)
            {
                used.Add(new(message.LoadBalancingWeight, (int)message.Priority, [.. Decode(message, locality, facts, addresses, placeAt)]));
            }
        }

        return used;
    }

    private static Wire.LocalityLbEndpoints Encode(
        Locality locality, int priority, IReadOnlyCollection<MeshEndpoint> endpoints, ClientProfile profile)
    {
        Wire.LocalityLbEndpoints message = new()
        {
            Locality = Encode(locality),
            Priority = (uint)priority,
            LoadBalancingWeight = LocalityWeights.Sum(endpoints),
        };
        message.LbEndpoints.Add(endpoints.Select(endpoint => EndpointCodec.Encode(endpoint, profile)));
        return message;
    }

    private static IEnumerable<MeshEndpoint> Decode(
        Wire.LocalityLbEndpoints place, Locality locality, EndpointFacts facts, HashSet<string> addresses, XdsField at)
    {
        for (int i = 0; i < place.LbEndpoints.Count; i++)
        {
            XdsField endpointAt = at["lb_endpoints", i];
            if (!EndpointCodec.IsUsed(place.LbEndpoints[i], endpointAt)
                || EndpointCodec.Decode(place.LbEndpoints[i], locality, (int)place.Priority, facts, endpointAt) is not { } endpoint)
            {
                continue;
            }

            // As in documents: one port speaks one scheme.
            string address = (endpoint with { Scheme = EndpointScheme.Any }).Address;
            if (!addresses.Add(address))
            {
                endpointAt["endpoint"]["address"].Fault($"{address} is listed already.");
            }

            yield return endpoint;
        }
    }

    private static string? GivenOrNull(string text) => text.Length == 0 ? null : text;
}
