namespace Mesh.ConfigServer.Xds;

/// <summary>A response that a client has refused.</summary>
/// <param name="Type">Of the resources in it.</param>
/// <param name="Reason">In the client's words.</param>
/// <param name="At">When.</param>
internal sealed record ClientNack(ResourceType Type, string Reason, DateTimeOffset At);
