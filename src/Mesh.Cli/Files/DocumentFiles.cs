using System.Collections.Immutable;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Files;

/// <summary>Reads documents from files, folders and the standard input.</summary>
internal static class DocumentFiles
{
    private const string StandardInput = "-";
    private const int Deepest = 16;

    private static readonly string[] s_endings = [".yaml", ".yml", ".json"];

    // What is left out silently is deleted by `apply --prune`: all that is not hidden is read, or is an error.
    private static readonly EnumerationOptions s_visible = new()
    {
        IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

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
        .. FilesIn(folder, 0)
            .Where(file => s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> FilesIn(string folder, int depth) => depth > Deepest
        ? throw new IOException($"{folder} is more than {Deepest} folders deep. Does a link lead back to a folder above it?")
        : Directory.EnumerateFiles(folder, "*", s_visible)
            .Concat(Directory.EnumerateDirectories(folder, "*", s_visible).SelectMany(inner => FilesIn(inner, depth + 1)));

    private static DocumentFormat FormatOf(string file, string text) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".JSON" => DocumentFormat.Json,
        ".YAML" or ".YML" => DocumentFormat.Yaml,
        _ => text.AsSpan().TrimStart() is ['{' or '[', ..] ? DocumentFormat.Json : DocumentFormat.Yaml,
    };
}
