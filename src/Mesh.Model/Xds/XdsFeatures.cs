namespace Mesh.Model.Xds;

/// <summary>What clients of our own say that they can do, beyond what xDS has.</summary>
internal static class XdsFeatures
{
    /// <summary>It takes endpoints as what is different from the version before.</summary>
    public const string EndpointPatches = "mesh.endpoint-patches";
}
