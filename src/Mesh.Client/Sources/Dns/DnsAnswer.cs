using System.Collections.Immutable;

namespace Mesh.Client.Sources.Dns;

/// <summary>What a name stands for at one moment.</summary>
/// <param name="Targets">Where it can be called; empty: nowhere.</param>
/// <param name="ValidFor">How long the answer holds; null: DNS did not say.</param>
internal sealed record DnsAnswer(ImmutableArray<DnsTarget> Targets, TimeSpan? ValidFor = null)
{
    public static DnsAnswer Nothing { get; } = new([]);
}

/// <summary>One place that a name stands for.</summary>
/// <param name="Host">An IP address.</param>
/// <param name="Port">Null: DNS was not asked for it.</param>
/// <param name="Weight">Its share relative to the others, from 1.</param>
/// <param name="Priority">The lowest is called first; null: DNS was not asked for it.</param>
internal readonly record struct DnsTarget(string Host, int? Port = null, int Weight = 1, int? Priority = null);
