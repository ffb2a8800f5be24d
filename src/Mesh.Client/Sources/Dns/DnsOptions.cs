using System.Net;

namespace Mesh.Client.Sources.Dns;

/// <summary>What the settings do not say of look-ups.</summary>
internal sealed record DnsOptions
{
    /// <summary>Spreads look-ups over time.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Who is asked for services; none: the system's name servers.</summary>
    public IReadOnlyList<IPEndPoint> NameServers { get; init; } = [];
}
