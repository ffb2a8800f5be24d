namespace Mesh.Client.AspNetCore.Tls;

/// <summary>Marks a connection that the mesh was asked about. One without it came by a way on which nothing is enforced.</summary>
internal sealed class SeenConnection
{
    private SeenConnection()
    {
    }

    public static SeenConnection Instance { get; } = new();
}
