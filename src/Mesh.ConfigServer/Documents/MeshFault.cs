using System.Text.Json.Serialization;

namespace Mesh.ConfigServer.Documents;

/// <summary>What is wrong with a document, or worth a word.</summary>
/// <param name="Document">Such as <c>Service catalog.default</c>; <c>document 3 (line 40)</c> where it has no name.</param>
/// <param name="Path">The setting, seen from the document: <c>routes:0:timeout</c>. Empty: the document as such.</param>
/// <param name="Line">From 1, in what was sent; null where the document was not part of it.</param>
/// <param name="Message">What was found there, and what to do about it.</param>
internal sealed record MeshFault(string Document, string Path, int? Line, string Message)
{
    /// <summary>Where it stands, seen from the folder that is watched; null where the document is in no file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    /// <summary>One line; of a file in the form that editors know.</summary>
    public override string ToString()
    {
        string place = File is null ? "" : $"{File}:{(Line is null ? "" : $"{Line}:")} ";
        string line = File is null && Line is not null ? $", line {Line}" : "";
        return $"{place}{Document}{line}{(Path.Length == 0 ? "" : $", {Path}")}: {Message}";
    }
}
