using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>The files of a folder that hold documents, those of the folders in it included.</summary>
internal sealed class FolderFiles(string folder)
{
    // Hidden ones are left out: Kubernetes keeps the old and the new files of a mounted ConfigMap there.
    private static readonly EnumerationOptions s_options =
        new() { RecurseSubdirectories = true, MaxRecursionDepth = 16, IgnoreInaccessible = false };

    public string Folder => folder;

    /// <summary>What they look like from outside: differs once a file has changed.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public string Look() => string.Join('\n', Find().Select(file =>
    {
        FileSystemInfo target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {(target as FileInfo)?.Length}";
    }));

    /// <summary>All documents, by file. What cannot be read is a fault.</summary>
    public DocumentSet Read()
    {
        try
        {
            DocumentSet[] sets = [.. Find().Select(Read)];
            return DocumentSet.Of(sets.SelectMany(set => set.Documents), sets.SelectMany(set => set.Faults));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DocumentSet.Of([], [new MeshFault(folder, "", null, e.Message)]);
        }
    }

    private DocumentSet Read(FileInfo file) => DocumentReader.Read(
        File.ReadAllText(file.FullName), Format(file.Extension)!.Value, Path.GetRelativePath(folder, file.FullName));

    private IEnumerable<FileInfo> Find() => new DirectoryInfo(folder).EnumerateFiles("*", s_options)
        .Where(file => Format(file.Extension) is not null).OrderBy(file => file.FullName, StringComparer.Ordinal);

    private static DocumentFormat? Format(string extension) => extension.ToLowerInvariant() switch
    {
        ".yaml" or ".yml" => DocumentFormat.Yaml,
        ".json" => DocumentFormat.Json,
        _ => null,
    };
}
