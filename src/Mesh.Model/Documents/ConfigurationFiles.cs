using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>Tells which files the entries of a list come from: configuration merges lists by index, which nobody means.</summary>
/// <param name="root">What was put together from the files.</param>
/// <param name="section">The path of the section that is looked at.</param>
internal sealed class ConfigurationFiles(IConfiguration? root, string section)
{
    private readonly ImmutableArray<FileConfigurationProvider> _files = [.. Of(root).DistinctBy(FullPath, StringComparer.Ordinal)];

    // By file: the paths that have numbered keys.
    private Dictionary<FileConfigurationProvider, HashSet<string>>? _lists;

    public IEnumerable<FileConfigurationSource> Sources => _files.Select(file => file.Source);

    /// <summary>The files that say anything in the section, by full path.</summary>
    public ImmutableArray<string> OfSection => [.. _files.Where(file => ProviderKeys.Under(section, file).Any()).Select(FullPath)];

    /// <summary>
    /// The files that the numbered keys under the path come from, by name; by full path if two names are equal. One that has an empty
    /// list or null after them is among these: it means to take them away, and configuration does not.
    /// </summary>
    public ImmutableArray<string> OfNumberedKeys(string path)
    {
        _lists ??= _files.ToDictionary(file => file, Lists);
        bool HasEntries(FileConfigurationProvider file) => _lists[file].Contains(path);
        FileConfigurationProvider[] files =
            [.. _files.SkipWhile(file => !HasEntries(file)).Where(file => HasEntries(file) || file.TryGet(path, out _))];
        string[] names = [.. files.Select(Name)];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? [.. names] : [.. files.Select(FullPath)];
    }

    private HashSet<string> Lists(FileConfigurationProvider file)
    {
        HashSet<string> lists = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> paths = lists.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string key in ProviderKeys.Under(section, file))
        {
            for (int start = section.Length + 1, end; start <= key.Length; start = end + 1)
            {
                end = key.IndexOf(':', start) is var colon and >= 0 ? colon : key.Length;
                if (IsNumber(key.AsSpan(start..end)))
                {
                    paths.Add(key.AsSpan(..(start - 1)));
                }
            }
        }

        return lists;
    }

    private static IEnumerable<FileConfigurationProvider> Of(IConfiguration? configuration) =>
        configuration is not IConfigurationRoot root ? [] : root.Providers.SelectMany(provider => provider switch
        {
            FileConfigurationProvider file => [file],
            ChainedConfigurationProvider chained => Of(chained.Configuration),
            _ => [],
        });

    private static string Name(FileConfigurationProvider file) => file.Source.Path ?? file.ToString();

    private static string FullPath(FileConfigurationProvider file) =>
        file.Source.Path is { } path && file.Source.FileProvider?.GetFileInfo(path).PhysicalPath is { } full ? full : Name(file);

    private static bool IsNumber(ReadOnlySpan<char> key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
