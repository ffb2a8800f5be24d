using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Client.Sources;

/// <summary>The settings of one moment.</summary>
internal sealed class SettingsSnapshot
{
    public SettingsSnapshot(MeshSettings settings, string version)
    {
        Settings = settings;
        Version = version;
        Services = settings.Services.ToFrozenDictionary(Canonical, StringComparer.Ordinal);
        Hosts = new HostTable(Services);

        string Canonical(MeshService service) => ServiceNames.Canonical(service.Name, settings.Service.Namespace);
    }

    public MeshSettings Settings { get; }

    /// <summary>Start of a hash over the section's content.</summary>
    public string Version { get; }

    /// <summary>The declared services by canonical name.</summary>
    public FrozenDictionary<string, MeshService> Services { get; }

    /// <summary>The names that the settings declare.</summary>
    public HostTable Hosts { get; }

    /// <summary>The service that a URI calls: by a declared name, else by its host as it stands.</summary>
    public string NameOf(Uri uri)
    {
        string host = uri.IdnHost;
        string name = ServiceNames.Canonical(host, Settings.Service.Namespace);
        return Hosts.Find(host, name, uri.Port) ?? name;
    }

    public static string VersionOf(DocumentNode section)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (DocumentNode node in section.All())
        {
            // A length before each part keeps different contents from running together to the same text.
            string key = node.Path[section.Path.Length..];
            hash.AppendData(Encoding.UTF8.GetBytes($"{key.Length}:{key.ToUpperInvariant()}{node.Value?.Length ?? -1}:{node.Value}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }
}
