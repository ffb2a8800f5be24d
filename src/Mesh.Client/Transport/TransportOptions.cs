namespace Mesh.Client.Transport;

/// <summary>What the application has to say of how its calls are sent.</summary>
internal sealed class TransportOptions
{
    /// <summary>The handlers that send to a service instead of connections of the mesh's own, by the service's name.</summary>
    public Dictionary<string, HttpMessageHandler> Handlers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What shapes the handler of each endpoint; given the service's name.</summary>
    public List<Action<string, SocketsHttpHandler>> Configurations { get; } = [];
}
