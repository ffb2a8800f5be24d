using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Mesh.Model;
using Microsoft.Extensions.Configuration;

namespace Mesh.Client.Sources;

/// <summary>The settings of one moment.</summary>
internal sealed class SettingsSnapshot
{
    public SettingsSnapshot(MeshSettings settings, string version)
    {
        Settings = settings;
        Version = version;
        Services = settings.Services.ToFrozenDictionary(Canonical, StringComparer.Ordinal);

        string Canonical(MeshService service) => ServiceNames.Canonical(service.Name, settings.Service.Namespace);
    }

    public MeshSettings Settings { get; }

    /// <summary>Start of a hash over the section's content.</summary>
    public string Version { get; }

    /// <summary>The declared services by canonical name.</summary>
    public FrozenDictionary<string, MeshService> Services { get; }

    public static string VersionOf(IConfigurationSection section)
    {
        StringBuilder content = new();
        foreach ((string key, string? value) in section.AsEnumerable(makePathsRelative: true).OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase))
        {
            // A length before each part keeps different contents from running together to the same text.
            content.Append(key.Length).Append(':').Append(key.ToUpperInvariant()).Append(value?.Length ?? -1).Append(':').Append(value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())).AsSpan(0, 6));
    }
}
