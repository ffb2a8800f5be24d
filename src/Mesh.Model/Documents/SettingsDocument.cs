namespace Mesh.Model.Documents;

/// <summary>The settings of the mesh as such, as a config server keeps them.</summary>
internal sealed record SettingsDocument
{
    public const string Kind = "MeshSettings";

    /// <summary>What every service starts from.</summary>
    public MeshService Defaults { get; init; } = new();

    /// <summary>What becomes of calls to a service that no policy allows anything for.</summary>
    public AuthorizationDefault Authorization { get; init; } = AuthorizationDefault.Allow;
}
