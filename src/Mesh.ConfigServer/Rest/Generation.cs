using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>A write of the past.</summary>
/// <param name="Epoch">Grows when a store is made or restored.</param>
/// <param name="Number">Grows with every write.</param>
/// <param name="Author">As claimed.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Message">Why, as claimed.</param>
/// <param name="Action">What kind of write it was.</param>
/// <param name="Changes">By document, the first of them.</param>
/// <param name="MoreChanges">How many there are besides; the generation itself has them all.</param>
internal sealed record Generation(
    long Epoch,
    [property: JsonPropertyName("generation")] long Number,
    string Author,
    DateTimeOffset Time,
    string Message,
    string Action,
    ImmutableArray<Change> Changes,
    int MoreChanges)
{
    public static Generation Of(GenerationRecord record) => new(
        record.Version.Epoch, record.Version.Generation, record.By.Author, record.Time, record.By.Message, record.Action,
        [.. record.Changes.Select(Change.Of)], record.MoreChanges);
}
