using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>Tells which files the entries of a list come from: configuration merges lists by index, which nobody means.</summary>
internal sealed class ConfigurationFiles(IConfiguration? root)
{
    private readonly ImmutableArray<FileConfigurationProvider> _files = [.. Of(root).DistinctBy(FullPath, StringComparer.Ordinal)];

    public IEnumerable<FileConfigurationSource> Sources => _files.Select(file => file.Source);

    /// <summary>
    /// The files that the numbered keys under the path come from, by name; by full path if two names are equal. One that has an empty
    /// list or null after them is among these: it means to take them away, and configuration does not.
    /// </summary>
    public ImmutableArray<string> OfNumberedKeys(string path)
    {
        bool HasEntries(FileConfigurationProvider file) => file.GetChildKeys([], path).Any(IsNumber);
        FileConfigurationProvider[] files =
            [.. _files.SkipWhile(file => !HasEntries(file)).Where(file => HasEntries(file) || file.TryGet(path, out _))];
        string[] names = [.. files.Select(Name)];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? [.. names] : [.. files.Select(FullPath)];
    }

    /// <summary>The files that say anything under the path, by full path.</summary>
    public ImmutableArray<string> OfSection(string path) => [.. _files.Where(file => file.GetChildKeys([], path).Any()).Select(FullPath)];

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

    private static bool IsNumber(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
