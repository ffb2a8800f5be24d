using System.Net;

namespace Mesh.ConfigServer.Hosting;

/// <summary>A feature of each connection, and so of each request on it.</summary>
internal sealed record ListenerFeature(Listener Listener, bool IsLoopback)
{
    public static ListenerFeature Of(Listener listener, IPEndPoint address) => new(listener, IPAddress.IsLoopback(address.Address));
}
