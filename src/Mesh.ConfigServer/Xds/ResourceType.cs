namespace Mesh.ConfigServer.Xds;

/// <summary>The types of resources in the order in which they are made known: what is referred to comes before what refers to it.</summary>
internal enum ResourceType
{
    Cluster,
    Endpoints,
    Listener,
    Routes,

    /// <summary>What a process is told of the calls that reach it. Refers to nothing.</summary>
    InboundPolicy,

    /// <summary>Whom it is to believe. Refers to nothing.</summary>
    TrustBundle,
}
