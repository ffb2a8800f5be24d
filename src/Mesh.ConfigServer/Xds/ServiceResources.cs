using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>The resources of one state of a service, each encoded once, when it is first asked for.</summary>
internal sealed class ServiceResources
{
    // Clients choose subsets and ports, so that there is no end to the names of a service.
    private const int MaxKept = 1000;

    private readonly string _fullName;
    private readonly IResourceEncoder _encoder;
    private readonly IWithheldResources _withheld;
    private readonly bool _dependsOnCaller;

    // Of the state before that a client of our own has asked of last.
    private readonly EndpointHistory? _earlier;
    private readonly Lazy<EndpointHistory> _endpoints;
    private readonly ConcurrentDictionary<Variant, Lazy<Lookup>> _made = new();
    private readonly ConcurrentDictionary<Variant, XdsResource> _lastGood = new();

    /// <param name="fullName">The service's full name.</param>
    /// <param name="service">Its state.</param>
    /// <param name="born">The generation in which it came.</param>
    /// <param name="before">Those of its state before; null: it is new.</param>
    /// <param name="encoder">Encodes them.</param>
    /// <param name="withheld">Is told of what cannot be encoded.</param>
    public ServiceResources(
        string fullName, MeshService service, long born, ServiceResources? before, IResourceEncoder encoder, IWithheldResources withheld)
    {
        _fullName = fullName;
        Service = service;
        Born = born;
        _encoder = encoder;
        _withheld = withheld;
        _dependsOnCaller = service.Routes.Any(route => route.Match.Any(match => match.Source is not null));
        EndpointHistory? earlier = before?.Latest;
        _earlier = earlier;
        _endpoints = new Lazy<EndpointHistory>(
            () => earlier?.Next(service.Endpoints ?? []) ?? EndpointHistory.Begin(fullName, service.Endpoints ?? []));
        HasOtherEndpointsAlone = before is not null && before.Born == born && EndpointChange.IsAll(before.Service, service);
        before?.HandOver(this);
    }

    public MeshService Service { get; }

    public long Born { get; }

    /// <summary>All but the endpoints is as it was in the state before.</summary>
    public bool HasOtherEndpointsAlone { get; }

    private EndpointHistory? Latest => _endpoints.IsValueCreated ? _endpoints.Value : _earlier;

    public Lookup Find(ResourceName name, ClientNode client)
    {
        // Mesh.Client can tell itself who calls.
        bool forCaller = _dependsOnCaller && name.Type is ResourceType.Routes && client.Profile is ClientProfile.Grpc;
        ServiceIdentity? caller = forCaller ? client.Caller : null;
        string? variantName = name.Type is ResourceType.Listener or ResourceType.Endpoints ? name.Text : name.Subset;
        Variant variant = new(name.Type, variantName, client.Profile, caller is null ? "" : client.CallerKey);
        return (_made.TryGetValue(variant, out Lazy<Lookup>? made) ? made : Add(name, variant, caller)).Value;
    }

    private Lazy<Lookup> Add(ResourceName name, Variant variant, ServiceIdentity? caller)
    {
        if (_made.Count >= MaxKept)
        {
            _made.Clear();
        }

        return _made.GetOrAdd(variant, new Lazy<Lookup>(() => Make(name, variant, caller)));
    }

    private Lookup Make(ResourceName name, Variant variant, ServiceIdentity? caller)
    {
        try
        {
            // Clients of our own are as a rule told what is different, so that all there is is not even encoded.
            XdsResource resource = name is { Type: ResourceType.Endpoints, Subset: null } && variant.Profile is ClientProfile.Mesh && name.Text == _fullName
                ? new(_fullName, _endpoints.Value, Whole(name, variant.Profile))
                : new(name.Text, _fullName, name.Type, Encode(name, variant, caller));
            _lastGood.TryRemove(variant, out _);
            return new Lookup(resource, null);
        }
        catch (Exception failure)
        {
            // Whatever a codec stumbles over is one resource's misfortune: the others are served.
            _withheld.Tell(name, _fullName, failure);
            return new Lookup(_lastGood.GetValueOrDefault(variant), $"It cannot be put into xDS: {failure.Message}");
        }
    }

    // Streams that are behind keep a resource for long: with it no more of its state than it needs.
    private Func<ByteString> Whole(ResourceName name, ClientProfile profile)
    {
        (string fullName, MeshService service, long born, IResourceEncoder encoder) = (_fullName, Service, Born, _encoder);
        return () => encoder.Encode(name, fullName, service, born, profile, caller: null).Bytes;
    }

    private EncodedResource Encode(ResourceName name, Variant variant, ServiceIdentity? caller) =>
        _encoder.Encode(name, _fullName, Service, Born, variant.Profile, caller);

    // What nobody has asked of this state is not kept on, but where the next state came before anybody could ask.
    private void HandOver(ServiceResources next)
    {
        foreach ((Variant variant, XdsResource resource) in _made.IsEmpty ? _lastGood : [])
        {
            next._lastGood[variant] = resource;
        }

        foreach ((Variant variant, Lazy<Lookup> made) in _made)
        {
            if (made is { IsValueCreated: true, Value.Resource: { } resource })
            {
                bool stays = next.HasOtherEndpointsAlone && variant.Type is not ResourceType.Endpoints && made.Value.Problem is null;
                if (!stays || !next._made.TryAdd(variant, made))
                {
                    next._lastGood[variant] = resource;
                }
            }
        }
    }

    private readonly record struct Variant(ResourceType Type, string? Name, ClientProfile Profile, string Caller);
}
