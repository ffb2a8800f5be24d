using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>How one client sends: to services of the mesh, and with a handler of its own to all else.</summary>
internal interface IClientSender
{
    /// <summary>The service that an address means; null: none.</summary>
    Task<MeshedService?> FindAsync(Uri uri, bool isAsync, CancellationToken cancellationToken);

    /// <summary>Sends to a service, whose redirects are handed over; or, where it is null, with the client's own handler.</summary>
    Task<HttpResponseMessage> SendAsync(MeshedService? service, HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken);
}
