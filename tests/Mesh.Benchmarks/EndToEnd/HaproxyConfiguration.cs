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
    public static string OfClient(Protocol protocol, string identities, string address, IEnumerable<string> inbound) => Common + Proxy(
        "outbound",
        address + Speaking(protocol),
        inbound.Select(target => target + (protocol.IsSecure ? Secure(protocol, identities, Identities.Caller) : Speaking(protocol))));

    /// <summary>The sidecars of the service, one for each replica.</summary>
    public static string OfService(Protocol protocol, string identities, IEnumerable<string> addresses, IEnumerable<string> replicas) =>
        Common + string.Concat(addresses.Zip(replicas).Select((pair, i) => Proxy(
            $"inbound{i}",
            pair.First + (protocol.IsSecure ? Secure(protocol, identities, Answers.Service) : Speaking(protocol)),
            [pair.Second + Speaking(protocol)])));

    private static string Proxy(string name, string listener, IEnumerable<string> targets) => $"""
        listen {name}
          bind {listener}
          balance roundrobin
        {string.Concat(targets.Select((target, i) => $"  server s{i} {target}\n"))}

        """;

    private static string Speaking(Protocol protocol) => protocol.IsHttp2 ? " proto h2" : "";

    /// <summary>Between the two: each shows who it is, and takes whomever the authority knows.</summary>
    private static string Secure(Protocol protocol, string identities, string service) =>
        $" ssl crt {Identities.BundleOf(identities, service)} ca-file {Identities.RootsOf(identities, service)} verify required"
        + $" ssl-min-ver TLSv1.3 alpn {(protocol.IsHttp2 ? "h2" : "http/1.1")}";
}
