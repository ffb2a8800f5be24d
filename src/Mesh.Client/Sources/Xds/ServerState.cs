using System.Text.Json;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>How far the mesh is that a server speaks of. Within one mesh it never goes back.</summary>
/// <param name="Mesh">Which mesh; empty where the server does not say.</param>
/// <param name="Epoch">Grows when a store is made or restored.</param>
/// <param name="Generation">Grows with every change within an epoch.</param>
internal sealed record ServerState(string Mesh, long Epoch, long Generation)
{
    /// <summary>What a server says of itself with each response; null: it is not one of ours, and says nothing that we know.</summary>
    public static ServerState? Of(Wire.ControlPlane? server)
    {
        if (server is not { Identifier: ['{', ..] text })
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("epoch", out JsonElement epoch) && epoch.TryGetInt64(out long e)
                && json.RootElement.TryGetProperty("generation", out JsonElement generation) && generation.TryGetInt64(out long g)
                ? new ServerState(json.RootElement.TryGetProperty("mesh", out JsonElement mesh) ? mesh.ToString() : "", e, g)
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Any text may stand there.
            return null;
        }
    }

    /// <summary>Whether it is older than the other, of the same mesh.</summary>
    public bool IsBehind(ServerState other) => Mesh == other.Mesh && (Epoch, Generation).CompareTo((other.Epoch, other.Generation)) < 0;

    public override string ToString() => $"{Epoch}.{Generation}";
}
