using Mesh.ConfigServer.Documents;

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

    /// <exception cref="StoreException">It does not hold.</exception>
    public void Verify(DocumentKey key, MeshDocument? current)
    {
        string? complaint = (Exists, current) switch
        {
            (true, null) => $"There is no {key}.",
            (false, not null) => $"{key} is there already, with ETag {current.ETag}.",
            (true, not null) when ETag is not null && ETag != current.ETag =>
                $"{key} has ETag {current.ETag} by now, not {ETag}: another write came first. Look at it, then write again.",
            _ => null,
        };
        if (complaint is not null)
        {
            throw new StoreException(StoreFailure.PreconditionFailed, complaint);
        }
    }
}
