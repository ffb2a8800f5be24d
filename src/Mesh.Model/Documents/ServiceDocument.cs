namespace Mesh.Model.Documents;

/// <summary>A service as a config server keeps it.</summary>
internal sealed record ServiceDocument
{
    public const string Kind = "Service";

    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "default";

    public MeshService Service { get; init; } = new();
}
