using System.Collections.Immutable;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Files;

/// <summary>Reads documents from files, folders and the standard input.</summary>
internal static class DocumentFiles
{
    private const string StandardInput = "-";

    private static readonly string[] s_endings = [".yaml", ".yml", ".json"];

    private static readonly EnumerationOptions s_deep =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <param name="paths">Files, folders, or <c>-</c> for the standard input.</param>
    /// <param name="input">The standard input.</param>
    /// <exception cref="ToolException">A path cannot be read, or there are no documents at all.</exception>
    public static SourceSet Read(IEnumerable<string> paths, TextReader input)
    {
        List<SourceDocument> documents = [];
        List<FileFault> faults = [];
        foreach ((string file, string text) in paths.SelectMany(path => Texts(path, input)))
        {
            DocumentSet read = DocumentReader.Read(text, FormatOf(file, text));
            documents.AddRange(read.Documents.Select(document => new SourceDocument(file, document)));
            faults.AddRange(
                read.Faults.Select(fault => new FileFault(file, new FaultEntry(fault.Document, fault.Path, fault.Line, fault.Message))));
        }

        foreach (IGrouping<DocumentKey, SourceDocument> twins in documents.GroupBy(source => source.Document.Key))
        {
            SourceDocument first = twins.First();
            faults.AddRange(twins.Skip(1).Select(twin => new FileFault(
                twin.File,
                new FaultEntry(
                    twin.Name, null, twin.LineOf(null),
                    $"The document is given already, at {first.File}:{first.LineOf(null)}. Give each one once."))));
        }

        return documents.Count + faults.Count > 0
            ? new SourceSet([.. documents], [.. faults])
            : throw new ToolException(
                ExitCode.Failed,
                $"There are no documents in {string.Join(", ", paths)}. A document begins with `kind: Service` or `kind: MeshSettings`.");
    }

    private static (string File, string Text)[] Texts(string path, TextReader input)
    {
        if (path == StandardInput)
        {
            return [("stdin", input.ReadToEnd())];
        }

        try
        {
            return Directory.Exists(path)
                ? [.. FilesIn(path).Select(file => (file, File.ReadAllText(file)))]
                : [(path, File.ReadAllText(path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException(ExitCode.Failed, $"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static ImmutableArray<string> FilesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", s_deep)
            .Where(file => s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    private static DocumentFormat FormatOf(string file, string text) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".JSON" => DocumentFormat.Json,
        ".YAML" or ".YML" => DocumentFormat.Yaml,
        _ => text.AsSpan().TrimStart() is ['{' or '[', ..] ? DocumentFormat.Json : DocumentFormat.Yaml,
    };
}
