namespace Mesh.ConfigServer.Xds;

/// <summary>The types of resources in the order in which they are made known: what is referred to comes before what refers to it.</summary>
internal enum ResourceType
{
    Cluster,
    Endpoints,
    Listener,
    Routes,
}
