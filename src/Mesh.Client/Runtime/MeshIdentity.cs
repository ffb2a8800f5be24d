namespace Mesh.Client.Runtime;

/// <summary>Who this process is where the settings do not say.</summary>
internal sealed record MeshIdentity(string ApplicationName);
