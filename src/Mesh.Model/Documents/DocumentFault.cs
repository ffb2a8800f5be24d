namespace Mesh.Model.Documents;

/// <summary>What is wrong in a document, and where.</summary>
internal sealed record DocumentFault(string Path, string Message, int? Line = null)
{
    public const int LongestPath = 1_000;
    public const int LongestMessage = 4_000;

    // Both hold keys and values as they were written: here, and nowhere else, they are made fit for one line.
    public string Path { get; } = Wording.Printable(Path, LongestPath);

    public string Message { get; } = Wording.Printable(Message, LongestMessage);

    public override string ToString() => $"{Path}: {Message}";
}
