namespace Mesh.Model.Xds;

/// <summary>A cluster in the words of xDS, and what those cannot say.</summary>
internal sealed record ClusterMessages(Wire.Cluster Cluster, Wire.MeshClusterMetadata Extra);
