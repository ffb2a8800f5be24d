namespace Mesh.Model.Documents;

/// <summary>What a document of a config server is about.</summary>
internal sealed record DocumentHeader
{
    public string Kind { get; init; } = "";

    /// <summary>Empty where the kind has none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty where the kind has none.</summary>
    public string Name { get; init; } = "";
}
