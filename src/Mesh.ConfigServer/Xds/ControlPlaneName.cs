using System.Text.Json;
using Mesh.ConfigServer.State;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>What responses say of this server: who it is, and how far its store has come.</summary>
internal sealed class ControlPlaneName(XdsOptions options)
{
    public ControlPlane For(MeshState state) => new() { Identifier = JsonSerializer.Serialize(
        new Identifier(options.ServerId, state.MeshId, state.Epoch, state.Generation, ServerVersion.Text), JsonSerializerOptions.Web) };

    private sealed record Identifier(string Server, string Mesh, long Epoch, long Generation, string Version);
}
