namespace Mesh.ConfigServer.Access;

/// <summary>When callers of the API are asked for a token.</summary>
/// <param name="IsRequired">Whether all of them are.</param>
/// <param name="MetricsAreAnonymous">Except for metrics.</param>
internal sealed record AccessSettings(bool IsRequired, bool MetricsAreAnonymous);
