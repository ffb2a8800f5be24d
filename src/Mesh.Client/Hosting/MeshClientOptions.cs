namespace Mesh.Client.Hosting;

/// <summary>What holds for one named client.</summary>
internal sealed class MeshClientOptions
{
    /// <summary>True: its calls do not go through the mesh.</summary>
    public bool IsRemoved { get; set; }
}
