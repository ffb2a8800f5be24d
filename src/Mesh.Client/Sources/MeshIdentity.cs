using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>Who this process is.</summary>
/// <param name="ApplicationName">What it is called where the settings do not say.</param>
internal sealed record MeshIdentity(string ApplicationName)
{
    /// <summary>Tells it from other processes of the same service, and from those that were before it.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>
    /// Who it is by its settings, in lower case, as everybody calls it; it always has a name. One with a dot has its namespace with it, but that
    /// of an assembly, as Contoso.Catalog, is one word: contoso-catalog.
    /// </summary>
    public ServiceIdentity By(MeshSettings settings)
    {
        ServiceIdentity said = settings.Service;
        string name = (said.Name.Length == 0 ? ApplicationName.Replace('.', '-') : said.Name).ToLowerInvariant();
        return name.Split('.', 2) is [var own, var space] ? said with { Name = own, Namespace = space } : said with { Name = name };
    }
}
