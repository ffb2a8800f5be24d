using System.Collections.Immutable;

namespace Mesh.Client.Sources.Dns;

/// <summary>What a name stands for at one moment.</summary>
/// <param name="Targets">Where it can be called; empty: nowhere.</param>
internal sealed record DnsAnswer(ImmutableArray<DnsTarget> Targets)
{
    public static DnsAnswer Nothing { get; } = new([]);
}

/// <summary>One place that a name stands for.</summary>
/// <param name="Host">An IP address.</param>
internal readonly record struct DnsTarget(string Host);
