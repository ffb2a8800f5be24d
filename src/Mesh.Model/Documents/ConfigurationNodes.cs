using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>Reads a section of the host's configuration into nodes.</summary>
internal static class ConfigurationNodes
{
    /// <summary>Deeper than any setting; keys with many colons must not exhaust the stack.</summary>
    private const int DeepestLevel = 64;

    /// <param name="section">The section; its path goes into the faults.</param>
    /// <param name="root">Where the section comes from. Without it one cannot tell which files a list was put together from.</param>
    public static DocumentNode Read(IConfigurationSection section, IConfiguration? root = null) =>
        Read(section, new ConfigurationFiles(root), level: 0);

    private static DocumentNode Read(IConfigurationSection section, ConfigurationFiles files, int level)
    {
        if (level > DeepestLevel)
        {
            return new DocumentNode { Path = section.Path, Key = section.Key, Fault = $"This is more than {DeepestLevel} levels deep." };
        }

        ImmutableArray<DocumentNode> children = [.. section.GetChildren().Select(child => Read(child, files, level + 1))];
        bool numbered = children.Any(child => child.Index is not null);
        return new DocumentNode
        {
            Path = section.Path,
            Key = section.Key,
            Value = section.Value,
            Children = children,
            ContributingFiles = numbered ? files.OfNumberedKeys(section.Path) : [],
        };
    }
}
