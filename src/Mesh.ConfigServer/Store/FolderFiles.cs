using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>The files of a folder that hold documents, those of the folders in it included.</summary>
/// <param name="folder">Where it is.</param>
/// <param name="called">What the names of its files begin with; empty: they are seen from the folder.</param>
internal sealed class FolderFiles(string folder, string called = "")
{
    // Deeper is no order of documents, but a link that leads in a circle.
    private const int DeepestLevel = 16;

    // Hidden ones are left out: Kubernetes keeps the old and the new files of a mounted ConfigMap there.
    private static readonly EnumerationOptions s_options = new() { IgnoreInaccessible = false };

    public string Folder => folder;

    /// <summary>What a file is written in by its name; null: it is none of documents.</summary>
    public static DocumentFormat? FormatOf(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".yaml" or ".yml" => DocumentFormat.Yaml,
        ".json" => DocumentFormat.Json,
        _ => null,
    };

    /// <summary>What they look like from outside: differs once a file has changed.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public string Look()
    {
        (IEnumerable<FileInfo> files, DirectoryInfo? tooDeep) = Find();
        return string.Join('\n', [.. files.Select(Look), tooDeep?.FullName ?? ""]);
    }

    /// <summary>All documents, by file.</summary>
    /// <exception cref="IOException">A file cannot be read now.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read now.</exception>
    public DocumentSet Read()
    {
        (IEnumerable<FileInfo> files, DirectoryInfo? tooDeep) = Find();
        if (tooDeep is not null)
        {
            string message = $"Folders are read {DeepestLevel} levels deep, and this one is deeper. "
                + "Move it up, or delete the link if one leads in a circle.";
            return DocumentSet.Of([], [DocumentReader.Unread(NameOf(tooDeep), message)]);
        }

        DocumentSet[] sets = [.. files.Select(Read)];
        return DocumentSet.Of(sets.SelectMany(set => set.Documents), sets.SelectMany(set => set.Faults));
    }

    private static string Look(FileInfo file)
    {
        FileInfo target = Target(file);
        return $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}";
    }

    private DocumentSet Read(FileInfo file)
    {
        string name = NameOf(file);
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
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return DocumentReader.Read(bytes.AsSpan(0, read), FormatOf(name), name);
    }

    private string NameOf(FileSystemInfo entry) => Path.Combine(called, Path.GetRelativePath(folder, entry.FullName));

    private static FileInfo Target(FileInfo file) =>
        (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file) is { Exists: true } target ? target
            : throw new FileNotFoundException($"{file.FullName} is gone, or a link that leads nowhere.");

    private (IEnumerable<FileInfo> Files, DirectoryInfo? TooDeep) Find()
    {
        List<FileInfo> files = [];
        DirectoryInfo? tooDeep = Gather(new DirectoryInfo(folder), level: 0, files);
        return (files.OrderBy(file => file.FullName, StringComparer.Ordinal), tooDeep);
    }

    /// <summary>The first folder that is too deep, at which the search ends; null: there is none.</summary>
    private static DirectoryInfo? Gather(DirectoryInfo directory, int level, List<FileInfo> files)
    {
        if (level > DeepestLevel)
        {
            return directory;
        }

        files.AddRange(directory.EnumerateFiles("*", s_options).Where(file => FormatOf(file.Name) is not null));
        return directory.EnumerateDirectories("*", s_options)
            .Select(inner => Gather(inner, level + 1, files)).FirstOrDefault(found => found is not null);
    }
}
