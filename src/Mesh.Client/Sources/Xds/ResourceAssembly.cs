namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Puts a service together from resources, which it follows while it needs them. What is not whole yet is no answer: the one before holds
/// (gRFC A74).
/// </summary>
/// <param name="store">Where the resources are.</param>
internal abstract class ResourceAssembly(ResourceStore store) : IDisposable
{
    private HashSet<XdsResource> _parts = [];
    private HashSet<XdsResource> _needed = [];

    /// <summary>Follows what is needed by now, and puts it together.</summary>
    /// <returns>Null: something is still missing.</returns>
    public SourceAnswer? Update()
    {
        SourceAnswer? answer = Assemble();
        if (answer is not null && _needed.Any(part => part.IsStale))
        {
            // It may be long out of date: the server is waited for, but not for ever.
            answer = answer with { IsPartial = true };
        }

        // The old ones are left last, so that what stays is not asked for anew.
        HashSet<XdsResource> former = _parts;
        (_parts, _needed) = (_needed, []);
        if (answer is null)
        {
            // The answer before is in force, and so is what it was put together from.
            _parts.UnionWith(former);
        }

        former.ExceptWith(_parts);
        foreach (XdsResource part in former)
        {
            store.LetGo(part, this);
        }

        return answer;
    }

    public void Dispose()
    {
        foreach (XdsResource part in _parts)
        {
            store.LetGo(part, this);
        }

        _parts.Clear();
    }

    protected abstract SourceAnswer? Assemble();

    /// <summary>A resource that the service is put together from.</summary>
    protected XdsResource Part(XdsResourceType type, string name)
    {
        XdsResource? known = store.Find(type, name);
        XdsResource part = known is not null && (_parts.Contains(known) || _needed.Contains(known)) ? known : store.Follow(type, name, this);
        _needed.Add(part);
        return part;
    }
}
