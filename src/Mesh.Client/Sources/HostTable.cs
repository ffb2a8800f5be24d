using System.Collections.Frozen;
using System.Globalization;
using Mesh.Model;

namespace Mesh.Client.Sources;

/// <summary>
/// Which service a host is, by the names that the settings declare: a host with its port first, then the service's own name and hosts
/// without a port, then wildcards, the longest first.
/// </summary>
internal sealed class HostTable
{
    private readonly FrozenDictionary<string, string> _exact;
    private readonly Wildcard[] _wildcards;
    private readonly FrozenSet<string> _withPort;

    /// <param name="services">The declared services, with their canonical names.</param>
    public HostTable(IEnumerable<KeyValuePair<string, MeshService>> services)
    {
        Dictionary<string, string> exact = new(StringComparer.Ordinal);
        List<Wildcard> wildcards = [];
        HashSet<string> withPort = new(StringComparer.Ordinal);
        foreach ((string name, MeshService service) in services)
        {
            exact[name] = name;
            foreach (string host in service.Hosts.Select(host => host.ToLowerInvariant()))
            {
                string[] parts = host.Split(':');
                int? port = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : null;
                if (parts[0].StartsWith("*.", StringComparison.Ordinal))
                {
                    wildcards.Add(new Wildcard(parts[0][1..], port, name));
                    continue;
                }

                exact.TryAdd(host, name);
                if (port is not null)
                {
                    withPort.Add(parts[0]);
                }
            }
        }

        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = [.. wildcards.OrderByDescending(wildcard => wildcard.Suffix.Length).ThenByDescending(wildcard => wildcard.Port is not null)];
        _withPort = withPort.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The canonical name of the service; null where no declared name is meant.</summary>
    /// <param name="host">The host, in lower case.</param>
    /// <param name="name">The same as a canonical service name.</param>
    /// <param name="port">The port that is called.</param>
    public string? Find(string host, string name, int port)
    {
        if (_withPort.Contains(host) && _exact.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"), out string? service))
        {
            return service;
        }

        return _exact.TryGetValue(name, out service) || _exact.TryGetValue(host, out service) ? service
            : Array.Find(_wildcards, wildcard => wildcard.Matches(host, port))?.Service;
    }

    /// <summary>
    /// Whether a host may be remembered: where its port does not matter, and where it is not one of the many that a wildcard stands for.
    /// </summary>
    public bool MayRemember(string host) =>
        !_withPort.Contains(host) && !Array.Exists(_wildcards, wildcard => wildcard.Matches(host, wildcard.Port ?? 0));

    private sealed record Wildcard(string Suffix, int? Port, string Service)
    {
        // As with certificates a wildcard needs a label to stand for, here of any depth.
        public bool Matches(string host, int port) =>
            (Port is null || Port == port) && host.Length > Suffix.Length && host.EndsWith(Suffix, StringComparison.Ordinal);
    }
}
