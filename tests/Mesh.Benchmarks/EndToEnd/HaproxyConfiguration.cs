namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The settings of a pair of HAProxy processes. One thread each, as sidecars are kept small.</summary>
internal static class HaproxyConfiguration
{
    private const string Common = """
        global
          nbthread 1
        defaults
          mode http
          http-reuse always
          timeout connect 5s
          timeout client 1h
          timeout server 1h
          timeout http-keep-alive 1h

        """;

    /// <summary>The client's sidecar: from where the client calls to all sidecars of the service, in turn.</summary>
    public static string OfClient(Protocol protocol, string address, IEnumerable<string> inbound) =>
        Common + Proxy(protocol, "outbound", address, inbound);

    /// <summary>The sidecars of the service, one for each replica.</summary>
    public static string OfService(Protocol protocol, IEnumerable<string> addresses, IEnumerable<string> replicas) =>
        Common + string.Concat(addresses.Zip(replicas).Select((pair, i) => Proxy(protocol, $"inbound{i}", pair.First, [pair.Second])));

    private static string Proxy(Protocol protocol, string name, string address, IEnumerable<string> targets)
    {
        string speaking = protocol.IsHttp2 ? " proto h2" : "";
        return $"""
            listen {name}
              bind {address}{speaking}
              balance roundrobin
            {string.Concat(targets.Select((target, i) => $"  server s{i} {target}{speaking}\n"))}

            """;
    }
}
