namespace Mesh.ConfigServer.Rest;

/// <summary>What the server knows of itself.</summary>
internal sealed class ServerFacts(TimeProvider time)
{
    /// <summary>Of the product.</summary>
    public static string Version => ServerVersion.Text;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Known after the start.</summary>
    public string? Xds { get; set; }

    /// <summary>Known after the start.</summary>
    public string? Http { get; set; }
}
