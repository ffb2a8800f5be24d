using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>How calls that leave this process are treated.</summary>
internal sealed record OutboundSettings
{
    public UnknownHosts UnknownHosts { get; init; } = UnknownHosts.Allow;

    /// <summary>Names with dots that the sources are asked for: <c>catalog.mesh</c>, <c>*.mesh</c>.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    public TimeSpan DnsRefreshInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What happens to a call whose host no source knows.</summary>
internal enum UnknownHosts
{
    /// <summary>The client's own primary handler sends it, as if there were no mesh.</summary>
    Allow,

    /// <summary>It fails before it is sent.</summary>
    Deny,
}
