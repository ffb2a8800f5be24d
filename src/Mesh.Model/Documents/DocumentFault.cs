namespace Mesh.Model.Documents;

/// <summary>What is wrong in a document, and where.</summary>
internal sealed record DocumentFault(string Path, string Message)
{
    public override string ToString() => $"{Wording.Printable(Path)}: {Message}";
}
