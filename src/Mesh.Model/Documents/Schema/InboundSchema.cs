using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Inbound</c>.</summary>
internal static class InboundSchema
{
    private static readonly Scalar<InboundTls> s_tls = Choices.Of<InboundTls>(
        new("Permissive", InboundTls.Permissive), new("Strict", InboundTls.Strict), new("Disabled", InboundTls.Disabled));

    private static readonly Scalar<string> s_port = Texts.Of("a port from 1 to 65535", text => Addresses.ParsePort(text) is not null);

    public static Section<InboundSettings> Section { get; } = new(new InboundSettings())
    {
        {
            "Enabled", "Whether the mesh looks after calls that reach this process.",
            Choices.Of<bool>(new("true", true, Supported: false), new("false", false)), i => i.Enabled, (i, v) => i with { Enabled = v }
        },
        { "Tls", "What listeners ask of callers.", s_tls, i => i.Tls, (i, v) => i with { Tls = v }, NotSupportedYet | Security },
        {
            "Ports", "Listeners that differ, by port.",
            new MapOf<InboundTls>(s_port, new Section<InboundTls>(InboundTls.Permissive, [Rule.AtLeastOne("Tls")])
            {
                { "Tls", "What this listener asks of callers.", s_tls, tls => tls, (_, v) => v, Security },
            }),
            i => i.Ports, (i, v) => i with { Ports = v }, NotSupportedYet | Security
        },
        {
            "ExemptPaths", "Paths that anybody may call, such as those of probes.",
            new ListOf<string>(Texts.Path), i => i.ExemptPaths, (i, v) => i with { ExemptPaths = v }, NotSupportedYet | Security
        },
        {
            "DrainTimeout", "How long calls may go on once the host stops.",
            Durations.Any, i => i.DrainTimeout, (i, v) => i with { DrainTimeout = v }, NotSupportedYet
        },
    };
}
