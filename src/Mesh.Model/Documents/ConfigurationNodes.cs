using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>Reads a section of the host's configuration into nodes.</summary>
internal static class ConfigurationNodes
{
    /// <param name="section">The section; its path goes into the faults.</param>
    /// <param name="root">Where the section comes from. Without it one cannot tell which files a list was put together from.</param>
    public static DocumentNode Read(IConfigurationSection section, IConfiguration? root = null) =>
        Read(ConfigurationKeys.Under(section, root), section.Path, section, new ConfigurationFiles(root, section.Path), level: 0);

    private static DocumentNode Read(ConfigurationKeys keys, string path, IConfigurationSection section, ConfigurationFiles files, int level)
    {
        if (level > ProviderKeys.DeepestLevel)
        {
            return new DocumentNode { Path = path, Key = keys.Key, Fault = $"This is more than {ProviderKeys.DeepestLevel} levels deep." };
        }

        ImmutableArray<DocumentNode> children = [.. keys.Children.Select(child => Read(child, $"{path}:{child.Key}", section, files, level + 1))];
        bool numbered = children.Any(child => child.Index is not null);
        return new DocumentNode
        {
            Path = path,
            Key = keys.Key,
            Value = level == 0 ? section.Value : section[path[(section.Path.Length + 1)..]],
            Children = children,
            ContributingFiles = numbered ? files.OfNumberedKeys(path) : [],
        };
    }
}
