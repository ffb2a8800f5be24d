using System.Text;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.Cli.Files;

/// <summary>Reads documents from files, folders and the standard input, as the server reads those that it watches.</summary>
internal static class DocumentFiles
{
    private const string StandardInput = "-";

    /// <param name="paths">Files, folders, or <c>-</c> for the standard input.</param>
    /// <param name="input">The standard input.</param>
    /// <exception cref="ToolException">A path cannot be read, or there are no documents at all.</exception>
    public static SourceSet Read(IEnumerable<string> paths, TextReader input)
    {
        DocumentSet[] sets = [.. paths.Select(path => path == StandardInput ? ReadInput(input) : Read(path))];
        DocumentSet all = DocumentSet.Of(sets.SelectMany(set => set.Documents), sets.SelectMany(set => set.Faults));
        return all.Documents.Length + all.Faults.Length > 0
            ? new SourceSet(all)
            : throw new ToolException(
                ExitCode.Failed,
                $"There are no documents in {string.Join(", ", paths)}. A document begins with `kind: Service` or `kind: MeshSettings`.");
    }

    private static DocumentSet ReadInput(TextReader input)
    {
        const string Name = "stdin";
        try
        {
            return DocumentReader.Read(input.ReadToEnd().TrimStart('\uFEFF'), format: null, Name);
        }
        catch (DecoderFallbackException)
        {
            return DocumentSet.Of([], [DocumentReader.NotUtf8(Name)]);
        }
    }

    private static DocumentSet Read(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? new FolderFiles(path, path).Read()
                : DocumentReader.Read(File.ReadAllBytes(path), FolderFiles.FormatOf(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException(ExitCode.Failed, $"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
