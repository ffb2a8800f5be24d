using System.Collections.Concurrent;
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
        before?.HandOver(_lastGood);
    }

    public MeshService Service { get; }

    public long Born { get; }

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
            XdsResource resource = new(
                name.Text, _fullName, name.Type, _encoder.Encode(name, _fullName, Service, Born, variant.Profile, caller));
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

    // What nobody has asked of this state is not kept on, but where the next state came before anybody could ask.
    private void HandOver(ConcurrentDictionary<Variant, XdsResource> lastGood)
    {
        foreach ((Variant variant, XdsResource resource) in _made.IsEmpty ? _lastGood : [])
        {
            lastGood[variant] = resource;
        }

        foreach ((Variant variant, Lazy<Lookup> made) in _made)
        {
            if (made is { IsValueCreated: true, Value.Resource: { } resource })
            {
                lastGood[variant] = resource;
            }
        }
    }

    private readonly record struct Variant(ResourceType Type, string? Name, ClientProfile Profile, string Caller);
}
