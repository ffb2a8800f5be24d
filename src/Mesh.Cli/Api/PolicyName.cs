using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>A policy as people name it: <c>readers</c>, <c>readers.shop</c>, or <c>readers.*</c> for one of the whole mesh.</summary>
internal sealed record PolicyName(string Name, string Namespace)
{
    public const string Form = "NAME, NAME.NAMESPACE or NAME.*, in letters, digits, '-' and '_'";

    private const string OfMesh = "." + PolicyScope.WholeMesh;

    /// <summary>Null: it is no name of a policy.</summary>
    public static PolicyName? TryOf(string text) => text.EndsWith(OfMesh, StringComparison.Ordinal)
        ? Names.IsDotted(text[..^OfMesh.Length]) && !text[..^OfMesh.Length].Contains('.', StringComparison.Ordinal) ? new PolicyName(text[..^OfMesh.Length], PolicyScope.WholeMesh) : null
        : ServiceName.TryOf(text) is { } name ? new PolicyName(name.Name, name.Namespace)
        : null;
}
