namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What lies between the client's connections and the replicas.</summary>
internal enum Hop
{
    None,
    Yarp,
    HaproxyPair,
}
