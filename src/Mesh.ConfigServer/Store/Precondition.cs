namespace Mesh.ConfigServer.Store;

/// <summary>What must hold for a document before it is written.</summary>
internal sealed record Precondition
{
    private Precondition(bool? exists, string? eTag) => (Exists, ETag) = (exists, eTag);

    public static Precondition None { get; } = new(null, null);

    /// <summary>It is there: <c>If-Match: *</c>.</summary>
    public static Precondition IsThere { get; } = new(true, null);

    /// <summary>It is not there: <c>If-None-Match: *</c>.</summary>
    public static Precondition IsNew { get; } = new(false, null);

    public bool? Exists { get; }

    public string? ETag { get; }

    /// <summary>Its content is this one: <c>If-Match: "0123456789abcdef"</c>.</summary>
    public static Precondition Has(string eTag) => new(true, eTag);
}
