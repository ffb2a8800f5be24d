using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>The keys under a section, as a tree.</summary>
internal sealed class ConfigurationKeys
{
    private Dictionary<string, ConfigurationKeys>? _children;

    private ConfigurationKeys(string key)
    {
        Key = key;
    }

    /// <summary>As the provider writes it that comes last.</summary>
    public string Key { get; }

    /// <summary>In the order of <see cref="IConfiguration.GetChildren"/>.</summary>
    public IEnumerable<ConfigurationKeys> Children =>
        _children is null ? [] : _children.Values.OrderBy(child => child.Key, ConfigurationKeyComparer.Instance);

    /// <param name="section">The section, which is the tree's root.</param>
    /// <param name="root">Where it comes from. If it does not, or is not known, the section is asked for its children, which takes longer.</param>
    public static ConfigurationKeys Under(IConfigurationSection section, IConfiguration? root)
    {
        ConfigurationKeys keys = new(section.Key);
        foreach (string key in root is IConfigurationRoot own && IsOf(section, own) ? ProviderKeys.Under(section.Path, own) : Asked(section, level: 0))
        {
            keys.Add(key.AsSpan(section.Path.Length + 1));
        }

        return keys;
    }

    // A section has no other way to its root. Twice, since a reload in between makes them differ.
    private static bool IsOf(IConfigurationSection section, IConfigurationRoot root) =>
        ReferenceEquals(section.GetReloadToken(), root.GetReloadToken()) || ReferenceEquals(section.GetReloadToken(), root.GetReloadToken());

    private static IEnumerable<string> Asked(IConfigurationSection section, int level) => level > ProviderKeys.DeepestLevel ? [] :
        section.GetChildren().SelectMany(child => Asked(child, level + 1).Prepend(child.Path));

    private void Add(ReadOnlySpan<char> path)
    {
        ConfigurationKeys place = this;
        int level = 0;
        foreach (Range step in path.Split(':'))
        {
            if (level++ > ProviderKeys.DeepestLevel)
            {
                return;
            }

            place = place.Child(path[step]);
        }
    }

    private ConfigurationKeys Child(ReadOnlySpan<char> key)
    {
        _children ??= new(StringComparer.OrdinalIgnoreCase);
        var children = _children.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!children.TryGetValue(key, out ConfigurationKeys? child))
        {
            child = new ConfigurationKeys(key.ToString());
            _children.Add(child.Key, child);
        }

        return child;
    }
}
