namespace Mesh.Client.Sources.Xds;

/// <summary>
/// This process's own service. It is asked for from the start, so that the stream is there before the first call, and whoever looks at the
/// server sees the process. Nothing is made of the answer but what is said of the process itself.
/// </summary>
/// <param name="store">Where the resources are.</param>
/// <param name="name">The service's full name.</param>
/// <param name="resources">What is wanted besides. Grows.</param>
internal sealed class OwnService(ResourceStore store, string name, IReadOnlyList<OwnResource> resources) : ResourceAssembly(store)
{
    protected override SourceAnswer? Assemble()
    {
        Part(XdsResourceType.Listener, name);
        foreach (OwnResource own in resources)
        {
            own.Resource = Part(own.Type, own.NameOf(name));
        }

        return null;
    }
}
