namespace Mesh.ConfigServer.Rest;

/// <summary>What is to become of the change of the root.</summary>
/// <param name="Action"><c>begin</c>, <c>abort</c> or <c>retireNow</c>.</param>
internal sealed record CaRotationRequest(string Action = "begin");
