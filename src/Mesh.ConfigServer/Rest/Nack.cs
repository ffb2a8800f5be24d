using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Rest;

/// <summary>A response that a client has refused.</summary>
/// <param name="Type"><c>listener</c>, <c>routes</c>, <c>cluster</c> or <c>endpoints</c>.</param>
/// <param name="Reason">In the client's words.</param>
/// <param name="At">When.</param>
internal sealed record Nack(string Type, string Reason, DateTimeOffset At)
{
    public static Nack Of(ClientNack nack) => new(ClientResource.Word(nack.Type), nack.Reason, nack.At);
}
