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

    /// <summary>The server is told of all that is wanted.</summary>
    /// <param name="wanted">Those.</param>
    /// <param name="onAdded">Called with each that is new.</param>
    /// <returns>The names of those that are wanted no more.</returns>
    public string[] Tell(XdsResource[] wanted, Action<XdsResource> onAdded)
    {
        HashSet<string> former = _names;
        _names = wanted.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        if (!HasBegun && wanted.Length > 0)
        {
            HasBegun = true;
            _answered.UnionWith(_names);
        }

        _answered.IntersectWith(_names);
        Array.ForEach(Array.FindAll(wanted, resource => !former.Contains(resource.Name)), onAdded);
        return [.. former.Where(name => !_names.Contains(name))];
    }
}
