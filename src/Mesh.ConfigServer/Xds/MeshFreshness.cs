using Grpc.Core;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// A client that has seen a newer state of this mesh is not led back. What it has seen of another mesh says nothing here.
/// </summary>
internal static class MeshFreshness
{
    /// <exception cref="RpcException">UNAVAILABLE: there is no state yet. FAILED_PRECONDITION: the client has seen a newer one.</exception>
    public static void Require(ClientNode client, MeshState? state)
    {
        if (state is null)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "This server has not read its store yet."));
        }

        bool isOfThisMesh = client.MeshId is null || client.MeshId == state.MeshId;
        if (isOfThisMesh && client.Epoch is { } epoch && (state.Epoch, state.Generation).CompareTo((epoch, client.Generation ?? 0)) < 0)
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition,
                $"This server's store is at epoch {state.Epoch}, generation {state.Generation}, but the client has seen "
                + $"epoch {epoch}, generation {client.Generation ?? 0}. It is behind: connect to another server, or restore its store."));
        }
    }
}
