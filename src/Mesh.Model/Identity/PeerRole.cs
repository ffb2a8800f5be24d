namespace Mesh.Model.Identity;

/// <summary>As what a peer shows its certificate.</summary>
internal enum PeerRole
{
    /// <summary>It calls.</summary>
    Client,

    /// <summary>It is called.</summary>
    Server,
}
