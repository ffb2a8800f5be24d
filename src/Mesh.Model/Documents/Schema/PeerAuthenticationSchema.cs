using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Model.Documents;

/// <summary>The settings that say what listeners ask of their callers.</summary>
internal static class PeerAuthenticationSchema
{
    public const string Kind = "PeerAuthentication";

    private static readonly Scalar<InboundTls?> s_mode = Choices.Of<InboundTls?>(
        new("Strict", InboundTls.Strict), new("Permissive", InboundTls.Permissive), new("Disabled", InboundTls.Disabled), new("Unset", null));

    private static readonly Scalar<string> s_port = Texts.Of("a port from 1 to 65535", text => Addresses.ParsePort(text) is { } port && text == port.ToString(CultureInfo.InvariantCulture));

    public static Section<PeerAuthentication> Section { get; } = new(
        new PeerAuthentication(), [Rule.AtLeastOne("Kind"), Rule.AtLeastOne("Name"), Rule.AtLeastOne("Mode", "Ports")],
        [
            new(["Selector", "Ports"], "Ports need a Selector.", p => p.Selector is null && !p.Ports.IsEmpty
                ? "Ports are those of some service: give a selector." : null),
        ])
    {
        { "Kind", $"{Kind}.", Choices.Of<string>(new Choice<string>(Kind, Kind)), _ => Kind, (p, _) => p },
        { "Name", "What it is called by, within its namespace.", Names.Part, p => p.Name, (p, v) => p with { Name = v } },
        {
            "Namespace", "Whose processes it is for.",
            SelectorSchema.Namespace, p => p.Namespace, (p, v) => p with { Namespace = v }
        },
        { "Selector", "Which of them. Not given: all.", SelectorSchema.Section, p => p.Selector, (p, v) => p with { Selector = v } },
        {
            "Mode", "What listeners ask of callers. Unset: as what is said more widely.",
            s_mode, p => p.Mode, (p, v) => p with { Mode = v }
        },
        {
            "Ports", "Listeners that differ, by port.",
            new MapOf<InboundTls?>(s_port, new Section<InboundTls?>(null, [Rule.AtLeastOne("Mode")])
            {
                { "Mode", "What this listener asks of callers.", s_mode, mode => mode, (_, v) => v },
            }),
            _ => null, (p, v) => p with { Ports = ByNumber(v) }
        },
    };

    /// <summary>What is no port has been found at fault by now.</summary>
    private static ImmutableSortedDictionary<int, InboundTls?> ByNumber(ImmutableSortedDictionary<string, InboundTls?> ports) =>
        ports.Aggregate(new PeerAuthentication().Ports, (all, port) => Addresses.ParsePort(port.Key) is { } number ? all.SetItem(number, port.Value) : all);
}
