using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Inbound</c>.</summary>
internal static class InboundSchema
{
    private static readonly Scalar<InboundTls> s_tls = Choices.Of<InboundTls>(
        new("Permissive", InboundTls.Permissive), new("Strict", InboundTls.Strict), new("Disabled", InboundTls.Disabled));

    private static readonly Scalar<InboundTls?> s_tlsOfAll = Choices.Of<InboundTls?>(
        new("Permissive", InboundTls.Permissive), new("Strict", InboundTls.Strict), new("Disabled", InboundTls.Disabled));

    private static readonly Scalar<string> s_port = Texts.Of("a port from 1 to 65535", text => Addresses.ParsePort(text) is not null);

    // As Kestrel's own settings name them.
    private static readonly Scalar<EndpointProtocols> s_protocols = Choices.Of<EndpointProtocols>(
        new("Http1", EndpointProtocols.Http1), new("Http2", EndpointProtocols.Http2), new("Http1AndHttp2", EndpointProtocols.All));

    // One server asks all that are registered, and refuses what is asked too often, or waited for too long.
    private static readonly Check<InboundSettings> s_affordable = new(
        ["HealthCheck"],
        "HealthCheck:Interval is 1s at least and HealthCheck:Timeout 10s at most: the config server asks all processes.",
        i => i.HealthCheck is not { } check ? null
            : check.Interval < TimeSpan.FromSeconds(1) ? $"HealthCheck:Interval ({Durations.Format(check.Interval)}) is below 1s, and the config server asks once a second at most."
            : check.Timeout > TimeSpan.FromSeconds(10) ? $"HealthCheck:Timeout ({Durations.Format(check.Timeout)}) is above 10s, and the config server waits no longer."
            : null);

    private static readonly Check<InboundSettings> s_enforced = new(
        ["Enabled"],
        "Where listeners are Strict, Enabled is not false.",
        i => !i.Enabled && (i with { Enabled = true }).IsStrictAnywhere
            ? "Enabled is false, so that nothing would enforce Strict: set Enabled to true, or take Strict away."
            : null);

    public static Section<InboundSettings> Section { get; } = new(new InboundSettings(), [], [s_affordable, s_enforced])
    {
        {
            "Enabled", "Whether the mesh looks after calls that reach this process: tells the config server where it listens, and drains it when it stops.",
            Choices.Flag, i => i.Enabled, (i, v) => i with { Enabled = v }
        },
        {
            "Tls", "What listeners ask of callers: Permissive takes TLS with a certificate of the mesh, and plain text; Strict the former alone; Disabled leaves them as they are. The config server's policies may ask for more, never for less. Not given: as they say, else Permissive.",
            s_tlsOfAll, i => i.Tls, (i, v) => i with { Tls = v }, Security
        },
        {
            "Ports", "Listeners that differ, by port.",
            new MapOf<InboundTls>(s_port, new Section<InboundTls>(InboundTls.Permissive, [Rule.AtLeastOne("Tls")])
            {
                { "Tls", "What this listener asks of callers.", s_tls, tls => tls, (_, v) => v, Security },
            }),
            i => i.Ports, (i, v) => i with { Ports = v }, Security
        },
        {
            "ExemptPaths", "Paths that anybody may call whatever policies say, such as those of probes. The whole path of a call, decoded, has to be one of these, letter by letter.",
            new ListOf<string>(Texts.Path), i => i.ExemptPaths, (i, v) => i with { ExemptPaths = v }, Security
        },
        {
            "Addresses", "Where others reach this process, such as http://10.0.0.5:8080. Not given: what the web server listens on.",
            new ListOf<InboundAddress>(new TextOr<InboundAddress>(Addresses.Reachable, Address())), i => i.Addresses, (i, v) => i with { Addresses = v }
        },
        {
            "HealthCheck", "What the config server is to ask of this process. Not given: nothing.",
            HealthCheckSchema.Section, i => i.HealthCheck, (i, v) => i with { HealthCheck = v }
        },
        {
            "DrainTimeout", "How long all of the stop may take, from when the host is told to stop until the last call is cut. It is below the host's shutdown timeout; not given, it is two thirds of that at most.",
            Durations.Any, i => i.DrainTimeout, (i, v) => i with { DrainTimeout = v }
        },
    };

    private static Section<InboundAddress> Address() => new(new InboundAddress(), [Rule.AtLeastOne("Address")])
    {
        {
            "Address", "An IP address with its scheme and port.",
            Addresses.Reachable, a => a, (a, v) => a with { Endpoint = v.Endpoint }
        },
        {
            "Protocols", "What is spoken there. Not given: what the listener with the same port speaks.",
            s_protocols, a => a.Protocols, (a, v) => a with { Protocols = v }
        },
    };
}
