using System.Text.Json;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Rest;

/// <summary>A resource that a client has asked for.</summary>
/// <param name="Type"><c>listener</c>, <c>routes</c>, <c>cluster</c> or <c>endpoints</c>.</param>
/// <param name="Name">As the client asks for it.</param>
/// <param name="Version">What was sent last; null: nothing.</param>
/// <param name="State"><c>synced</c>, <c>stale</c>, <c>nacked</c>, <c>requested</c> or <c>notFound</c>.</param>
/// <param name="Error">Why it was refused, or why it cannot be sent.</param>
/// <param name="SentAt">When the version was sent.</param>
/// <param name="AckedAt">When the client took something last.</param>
internal sealed record ClientResource(
    string Type, string Name, string? Version, string State, string? Error, DateTimeOffset? SentAt, DateTimeOffset? AckedAt)
{
    public static ClientResource Of(ResourceStatus status) => new(
        Word(status.Type), status.Name, status.Version, Word(status.State), status.Error, status.SentAt, status.AcknowledgedAt);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
