using System.Net;

namespace Mesh.Model.Authorization;

/// <summary>Whether the call comes from one of some blocks.</summary>
internal sealed class AddressTest(IReadOnlyList<IPNetwork> blocks, bool isWide) : CallTest
{
    private readonly (int Length, UInt128? First)[] _blocks =
    [
        .. blocks.Select(block => (AddressBits.LengthOf(block), AddressBits.Of(block.BaseAddress).First(AddressBits.LengthOf(block)))),
    ];

    public override string Wanted { get; } = string.Join(", ", blocks);

    public override bool Holds(in CallFacts facts)
    {
        if (facts.Address is not { } address)
        {
            return isWide;
        }

        foreach ((int length, UInt128? first) in _blocks)
        {
            if (address.First(length) is { } bits && bits == first)
            {
                return true;
            }
        }

        return false;
    }

    public override string Found(in CallFacts facts) => facts.RemoteAddress is { } address ? $"address {address}" : "the unknown address";
}
