using System.Text.Json.Nodes;

namespace Mesh.Soak.Processes;

/// <summary>What the config server knows of those who follow it.</summary>
internal static class Clients
{
    /// <summary>So many are connected, and have taken all that they asked for.</summary>
    public static async Task<bool> AreInSyncAsync(ServerApi server, int count)
    {
        JsonArray clients = await server.ClientsAsync();
        return clients.Count == count && clients.All(client => client!["resources"]!.AsArray() is { Count: > 0 } resources
            && resources.All(resource => resource!["state"]!.GetValue<string>() is "synced" or "notFound"));
    }
}
