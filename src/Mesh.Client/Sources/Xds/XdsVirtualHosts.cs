using System.Collections.Immutable;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>Which of several virtual hosts is called.</summary>
internal static class XdsVirtualHosts
{
    /// <summary>The one of an authority, with or without its port as the configuration wants it; null: none.</summary>
    public static XdsVirtualHost? FindFor(XdsRouteConfiguration routes, string authority)
    {
        int colon = routes.IgnoresPort ? authority.LastIndexOf(':') : -1;
        return Find(routes.VirtualHosts, colon > 0 ? authority[..colon] : authority);
    }

    /// <summary>The exact one, else by the longest suffix, the longest prefix, or the one for all; null: none.</summary>
    public static XdsVirtualHost? Find(ImmutableArray<XdsVirtualHost> hosts, string name) => hosts
        .SelectMany(host => host.Domains, (host, domain) => (Host: host, Domain: domain, Rank: RankOf(domain, name)))
        .Where(candidate => candidate.Rank > 0)
        .OrderByDescending(candidate => candidate.Rank)
        .ThenByDescending(candidate => candidate.Domain.Length)
        .FirstOrDefault().Host;

    private static int RankOf(string domain, string name) =>
        domain.Equals(name, StringComparison.OrdinalIgnoreCase) ? 4
        : domain == "*" ? 1
        : domain.StartsWith('*') && name.EndsWith(domain[1..], StringComparison.OrdinalIgnoreCase) ? 3
        : domain.EndsWith('*') && name.StartsWith(domain[..^1], StringComparison.OrdinalIgnoreCase) ? 2
        : 0;
}
