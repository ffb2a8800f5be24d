namespace Mesh.Client.Sources.Xds;

/// <summary>What the settings do not say of the config server.</summary>
internal sealed record XdsPacing
{
    /// <summary>Spreads reconnects over time.</summary>
    public Random Random { get; init; } = Random.Shared;
}
