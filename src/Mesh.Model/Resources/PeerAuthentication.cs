using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>What listeners ask of their callers.</summary>
internal sealed record PeerAuthentication
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = ServiceIdentity.DefaultNamespace;

    public WorkloadSelector? Selector { get; init; }

    /// <summary>Null: as what is said more widely.</summary>
    public InboundTls? Mode { get; init; }

    /// <summary>Listeners that differ; null as above.</summary>
    public ImmutableSortedDictionary<int, InboundTls?> Ports { get; init; } = ImmutableSortedDictionary<int, InboundTls?>.Empty;

    public PolicyScope Scope => new(Namespace, Selector);
}
