using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>A write of the past, with all documents as they were after it.</summary>
internal sealed record GenerationDetails(
    long Epoch,
    long Generation,
    string Author,
    DateTimeOffset Time,
    string Message,
    string Action,
    ImmutableArray<Change> Changes,
    ImmutableArray<MeshDocument> Documents)
{
    public static GenerationDetails Of(GenerationRecord record, ImmutableArray<MeshDocument> documents) => new(
        record.Version.Epoch, record.Version.Generation, record.By.Author, record.Time, record.By.Message, record.Action,
        [.. record.Changes.Select(Change.Of)], documents);
}
