namespace Mesh.Model.Documents;

/// <summary>
/// How much may be made of one text. Every node bears its whole path, so a few long keys around many short values would take far more
/// memory than they take in the text.
/// </summary>
internal sealed class NodeBudget
{
    // Ten thousand services with all their rules need a third of it.
    private const long Most = 200_000_000;

    // A node without its path.
    private const int Node = 150;

    private long _spent;

    public static string Complaint => "This has too many values, or too long names around them. Split it.";

    /// <summary>False: no more.</summary>
    public bool Take(string path) => (_spent += path.Length + Node) <= Most;
}
