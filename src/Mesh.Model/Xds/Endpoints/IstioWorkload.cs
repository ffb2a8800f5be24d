using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>What Istio says of an endpoint in its metadata: <c>name;namespace;canonical name;canonical revision;cluster</c>.</summary>
internal static class IstioWorkload
{
    private const string NoRevision = "latest";

    /// <summary>Null: Istio does not say, or nobody told it.</summary>
    public static string? VersionOf(Wire.Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue("istio", out Struct? facts)
        && facts.Fields.TryGetValue("workload", out Value? workload)
        && workload.StringValue.Split(';') is [_, _, _, { Length: > 0 } revision, ..] && revision != NoRevision
            ? revision
            : null;
}
