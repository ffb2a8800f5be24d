using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Api;

/// <summary>What a write did, or would do.</summary>
internal sealed record WriteAnswer(
    long Epoch, long Generation, bool DryRun, ImmutableArray<ChangeEntry> Changes, ImmutableArray<MeshFault> Warnings);

/// <summary>What became of a document.</summary>
internal sealed record ChangeEntry(string Kind, string? Namespace, string? Name, string Action, string? Before, string? After)
{
    /// <summary>As faults name it.</summary>
    [JsonIgnore]
    public string Document => new DocumentKey(Kind, Namespace ?? "", Name ?? DocumentKey.MeshName).ToString();
}

/// <summary>Documents of one moment.</summary>
internal sealed record DocumentsAnswer(long Generation, JsonArray Documents)
{
    public IEnumerable<JsonObject> All => Documents.OfType<JsonObject>();
}

/// <summary>Why the server did not do it (RFC 9457).</summary>
internal sealed record ProblemAnswer(string? Title = null, string? Detail = null, ImmutableArray<MeshFault>? Faults = null);

/// <summary>How the server is.</summary>
internal sealed record StatusAnswer(string Version, long Epoch, long Generation, string? MeshId, bool ReadOnly, string? Xds, string? Http,
    string? Store, RefusedFiles? Refused);

/// <summary>The files that the server watches have faults, and older documents are in force.</summary>
internal sealed record RefusedFiles(DateTimeOffset Since, ImmutableArray<MeshFault> Faults);

/// <summary>Writes, the newest first.</summary>
internal sealed record HistoryAnswer(ImmutableArray<GenerationEntry> Generations);

/// <summary>One write.</summary>
internal sealed record GenerationEntry(
    long Epoch, long Generation, string? Author, DateTimeOffset Time, string? Message, string Action, ImmutableArray<ChangeEntry> Changes,
    int MoreChanges);
