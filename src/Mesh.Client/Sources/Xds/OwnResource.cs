namespace Mesh.Client.Sources.Xds;

/// <summary>What a config server says of this process itself, in a resource of its own.</summary>
/// <param name="type">Its type.</param>
/// <param name="nameOf">Its name, by the service's full name.</param>
/// <param name="changed">Called without locks when it may be another, on any thread.</param>
internal sealed class OwnResource(XdsResourceType type, Func<string, string> nameOf, Action changed)
{
    public XdsResourceType Type => type;

    public Func<string, string> NameOf => nameOf;

    public Action Changed => changed;

    /// <summary>Null: there is no config server. Under the client's gate.</summary>
    public XdsResource? Resource { get; set; }
}
