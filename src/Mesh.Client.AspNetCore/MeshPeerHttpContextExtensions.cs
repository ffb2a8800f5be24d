using Mesh.Client.AspNetCore;

namespace Microsoft.AspNetCore.Http;

/// <summary>Tells who calls.</summary>
public static class MeshPeerHttpContextExtensions
{
    /// <summary>Who calls, as its certificate proves; null: the call came in plain text, or over TLS that is not the mesh's.</summary>
    /// <param name="context">The call.</param>
    public static MeshPeer? GetMeshPeer(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        return context.Features.Get<MeshPeer>();
    }
}
