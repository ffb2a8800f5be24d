using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>Who this process is.</summary>
/// <param name="ApplicationName">What it is called where the settings do not say.</param>
internal sealed record MeshIdentity(string ApplicationName)
{
    /// <summary>Tells it from other processes of the same service, and from those that were before it.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Who it is by its settings; with a name in any case.</summary>
    public ServiceIdentity By(MeshSettings settings) =>
        settings.Service.Name.Length == 0 ? settings.Service with { Name = ApplicationName } : settings.Service;
}
