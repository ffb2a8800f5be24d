namespace Mesh.Model;

/// <summary>Where this process has its identity from, unless the config server gives it.</summary>
internal sealed record IdentitySettings
{
    public string? Directory { get; init; }
}
