using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Hosting;

/// <summary>A feature of each connection, and so of each request on it.</summary>
internal sealed record ListenerFeature(Listener Listener, bool IsLoopback)
{
    public static ListenerFeature Of(Listener listener, IPEndPoint address) => new(listener, IPAddress.IsLoopback(address.Address));

    public static ListenerFeature Of(HttpContext context) =>
        context.Features.Get<ListenerFeature>()
        ?? throw new InvalidOperationException("The request came in by no listener of the server's.");
}
