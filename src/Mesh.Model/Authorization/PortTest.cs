using System.Collections.Immutable;

namespace Mesh.Model.Authorization;

/// <summary>Whether the call arrives on one of some ports.</summary>
internal sealed class PortTest(ImmutableArray<int> ports, bool isWide) : CallTest
{
    public override string Wanted { get; } = string.Join(", ", ports);

    public override bool Holds(in CallFacts facts) => facts.Port == 0 ? isWide : ports.Contains(facts.Port);

    public override string Found(in CallFacts facts) => facts.Port == 0 ? "the unknown port" : $"port {facts.Port}";
}
