namespace Mesh.ConfigServer.Store;

/// <summary>Who writes, and why.</summary>
/// <param name="Author">The name of the caller's access token; without one as claimed: nobody has verified it.</param>
/// <param name="Message">As claimed.</param>
internal sealed record Authorship(string Author, string Message = "")
{
    /// <summary>What the caller may write.</summary>
    public WriteScope Scope { get; init; } = WriteScope.Everything;

    /// <summary>What the server knows of the caller; null: the write comes from within.</summary>
    public WriteOrigin? Origin { get; init; }

    /// <summary>As the audit has it.</summary>
    public WriteOrigin Source => Origin ?? WriteOrigin.OfServer with { By = Author };
}
