namespace Mesh.Client.Sources.Xds;

/// <summary>
/// This process's own service. It is asked for from the start, so that the stream is there before the first call, and whoever looks at the
/// server sees the process. Nothing is made of the answer.
/// </summary>
/// <param name="store">Where the resources are.</param>
/// <param name="name">The service's full name.</param>
internal sealed class OwnService(ResourceStore store, string name) : ResourceAssembly(store)
{
    protected override SourceAnswer? Assemble()
    {
        Part(XdsResourceType.Listener, name);
        return null;
    }
}
