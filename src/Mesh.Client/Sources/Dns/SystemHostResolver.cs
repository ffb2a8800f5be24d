using System.Net;

namespace Mesh.Client.Sources.Dns;

/// <summary>The system's resolver: its hosts file, its search domains, its name servers.</summary>
/// <remarks>
/// The system cannot break off a look-up that hangs. The runtime begins no other for the same host meanwhile, so that such a name holds one
/// thread, however often it is asked for.
/// </remarks>
internal sealed class SystemHostResolver : IHostResolver
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        System.Net.Dns.GetHostAddressesAsync(host, cancellationToken);
}
