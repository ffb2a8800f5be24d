using System.Net;

namespace Mesh.Client.Sources.Dns;

/// <summary>Finds the addresses of a host.</summary>
internal interface IHostResolver
{
    /// <summary>Its addresses, of either family. It throws where the host is not known or nobody can be asked.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
