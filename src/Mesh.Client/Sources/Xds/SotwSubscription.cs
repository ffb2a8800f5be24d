using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>What one stream has asked for of one type. The nonce outlives the last name: without it the server would take no request any more.</summary>
internal sealed class SotwSubscription(XdsResourceType type)
{
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private HashSet<string> _names = [];

    public XdsResourceType Type => type;

    /// <summary>Of the newest response; empty: there was none on this stream.</summary>
    public string Nonce { get; set; } = "";

    public bool HasBegun { get; private set; }

    /// <summary>The server has been told of the accepted version, and answers names all the same.</summary>
    public bool IsVersionTold { get; set; }

    public bool Has(string name) => _names.Contains(name);

    /// <summary>
    /// Whether a response would have the resource, if there were one: the server has sent it before, or was asked for it before it sent
    /// anything.
    /// </summary>
    public bool IsAnswered(string name) => _answered.Contains(name);

    public void Answered(IEnumerable<string> names) => _answered.UnionWith(names.Where(_names.Contains));

    /// <summary>A type that nobody asked for is not begun without names: that would be a wish for all.</summary>
    public bool Differs(IReadOnlyCollection<XdsResource> wanted) =>
        (HasBegun || wanted.Count > 0) && !_names.SetEquals(wanted.Select(resource => resource.Name));

    public Wire.DiscoveryRequest Ask(string version) => new() { TypeUrl = type.Url, VersionInfo = version, ResponseNonce = Nonce };

    /// <summary>Gives a request the names that are wanted.</summary>
    public Wire.DiscoveryRequest Name(Wire.DiscoveryRequest request, IEnumerable<XdsResource> wanted)
    {
        _names = wanted.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        if (!HasBegun)
        {
            HasBegun = true;
            _answered.UnionWith(_names);
        }

        _answered.IntersectWith(_names);
        request.ResourceNames.Add(_names.Order(StringComparer.Ordinal));
        return request;
    }
}
