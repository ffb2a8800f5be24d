namespace Mesh.Model.Documents;

/// <summary>What is wrong in a document, and where.</summary>
internal sealed record DocumentFault(string Path, string Message, int? Line = null)
{
    private const int LongestPath = 1_000;
    private const int LongestMessage = 4_000;

    // Both hold keys and values as they were written: here, and nowhere else, they are made fit for one line.
    public string Path { get; } = Wording.Printable(Wording.Cut(Path, LongestPath));

    public string Message { get; } = Wording.Printable(Wording.Cut(Message, LongestMessage));

    public override string ToString() => $"{Path}: {Message}";
}
