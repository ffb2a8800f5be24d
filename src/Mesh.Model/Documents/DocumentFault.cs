namespace Mesh.Model.Documents;

/// <summary>What is wrong in a document, and where.</summary>
internal sealed record DocumentFault(string Path, string Message, int? Line = null)
{
    // Both hold keys and values as they were written: here, and nowhere else, they are made fit for one line.
    public string Path { get; } = Wording.Printable(Path);

    public string Message { get; } = Wording.Printable(Message);

    public override string ToString() => $"{Path}: {Message}";
}
