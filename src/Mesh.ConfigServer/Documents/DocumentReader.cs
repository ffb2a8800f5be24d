using System.Collections.Immutable;
using System.Text;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Documents;

/// <summary>Reads documents from text.</summary>
internal static class DocumentReader
{
    /// <summary>Bytes of a file or a request. A mesh of ten thousand services has about half of that.</summary>
    public const int LongestText = 16 * 1024 * 1024;

    /// <summary>How documents are written in bytes. Others are an error, rather than read as what nobody wrote.</summary>
    public static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Never throws: a text that cannot be read is a fault.</summary>
    /// <param name="text">The documents.</param>
    /// <param name="format">What they are written in; null: JSON where it begins as such, else YAML.</param>
    /// <param name="file">Where they stand, if in a file.</param>
    public static DocumentSet Read(string text, DocumentFormat? format, string? file = null)
    {
        if (text.Length > LongestText)
        {
            return DocumentSet.Of([], [TooLong(file)]);
        }

        List<ReadDocument> documents = [];
        FaultList faults = new();
        foreach ((int index, DocumentNode root) in Roots(text, format ?? FormatOf(text)).Index().TakeWhile(_ => !faults.HasMore))
        {
            DocumentResult<DocumentHeader> header = MeshDocuments.ReadHeader(root);
            if (header.Value is { } value)
            {
                documents.Add(new ReadDocument(new MeshDocument(Key(value), MeshDocuments.ToJson(root, value)), root, file));
            }
            else
            {
                string label = $"document {index + 1}{(root.Line is null ? "" : $" (line {root.Line})")}";
                faults.AddRange(header, fault => new MeshFault(label, fault.Path, fault.Line, fault.Message) { File = file });
            }
        }

        return DocumentSet.Of(documents, faults.ToFaults());
    }

    /// <summary>Never throws: what is no text is a fault, too.</summary>
    /// <param name="bytes">The documents, with or without a mark at the begin.</param>
    /// <param name="format">As with a text.</param>
    /// <param name="file">Where they stand.</param>
    public static DocumentSet Read(ReadOnlySpan<byte> bytes, DocumentFormat? format, string file)
    {
        if (bytes.Length > LongestText)
        {
            return DocumentSet.Of([], [TooLong(file)]);
        }

        try
        {
            ReadOnlySpan<byte> text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
            return Read(Utf8.GetString(text), format, file);
        }
        catch (DecoderFallbackException)
        {
            return DocumentSet.Of([], [NotUtf8(file)]);
        }
    }

    /// <summary>The fault of bytes that are no text.</summary>
    public static MeshFault NotUtf8(string file) => Unread(file, "This is not UTF-8. Save it as such.");

    /// <summary>The fault of a text that is not even read.</summary>
    public static MeshFault TooLong(string? file) => Unread(file, $"This is longer than {LongestText / (1024 * 1024)} MB. Split it.");

    /// <summary>The fault of what has no documents that could have faults of their own.</summary>
    public static MeshFault Unread(string? file, string message) => new("documents", "", null, message) { File = file };

    /// <summary>A document that is kept already.</summary>
    public static ReadDocument Read(MeshDocument document) => new(document, JsonNodes.Read(document.Json, ""), HasLines: false);

    private static ImmutableArray<DocumentNode> Roots(string text, DocumentFormat format) =>
        format is DocumentFormat.Json ? JsonNodes.ReadMany(text, "") : YamlNodes.ReadMany(text, "");

    private static DocumentFormat FormatOf(string text) =>
        text.AsSpan().TrimStart() is ['{' or '[', ..] ? DocumentFormat.Json : DocumentFormat.Yaml;

    private static DocumentKey Key(DocumentHeader header) =>
        header.Kind == DocumentKey.MeshSettings ? DocumentKey.Settings : new DocumentKey(header.Kind, header.Namespace, header.Name);
}
