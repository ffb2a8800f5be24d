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
        FileInfo target = Target(file);
        return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}";
    }));

    /// <summary>All documents, by file.</summary>
    /// <exception cref="IOException">A file cannot be read now.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read now.</exception>
    public DocumentSet Read()
    {
        DocumentSet[] sets = [.. Find().Select(Read)];
        return DocumentSet.Of(sets.SelectMany(set => set.Documents), sets.SelectMany(set => set.Faults));
    }

    private DocumentSet Read(FileInfo file)
    {
        string name = Path.GetRelativePath(folder, file.FullName);
        if (Target(file).Length == 0)
        {
            // Nothing is in it. Or it is no file, but a pipe: to open that one is to wait for whoever writes into it.
            return DocumentSet.Empty;
        }

        using FileStream stream = file.OpenRead();
        if (stream.Length > DocumentReader.LongestText)
        {
            return DocumentSet.Of([], [DocumentReader.TooLong(name)]);
        }

        byte[] bytes = new byte[stream.Length];
        using StreamReader text = new(new MemoryStream(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        return DocumentReader.Read(text.ReadToEnd(), Format(file.Extension)!.Value, name);
    }

    private static FileInfo Target(FileInfo file) => file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;

    private IEnumerable<FileInfo> Find() => new DirectoryInfo(folder).EnumerateFiles("*", s_options)
        .Where(file => Format(file.Extension) is not null).OrderBy(file => file.FullName, StringComparer.Ordinal);

    private static DocumentFormat? Format(string extension) => extension.ToLowerInvariant() switch
    {
        ".yaml" or ".yml" => DocumentFormat.Yaml,
        ".json" => DocumentFormat.Json,
        _ => null,
    };
}
