namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Outbound</c>.</summary>
internal static class OutboundSchema
{
    public static Section<OutboundSettings> Section { get; } = new(new OutboundSettings())
    {
        {
            "UnknownHosts", "What happens to a call whose host no source knows: sent as if there were no mesh, or refused.",
            Choices.Of<UnknownHosts>(new("Allow", UnknownHosts.Allow), new("Deny", UnknownHosts.Deny)),
            o => o.UnknownHosts, (o, v) => o with { UnknownHosts = v }
        },
        {
            "Domains", "Names with dots that the sources are asked for.",
            new ListOf<string>(Names.Domain), o => o.Domains, (o, v) => o with { Domains = v }
        },
        {
            "DnsRefreshInterval", "How often endpoints declared by a DNS name are looked up again.",
            Durations.Any, o => o.DnsRefreshInterval, (o, v) => o with { DnsRefreshInterval = v }
        },
    };
}
