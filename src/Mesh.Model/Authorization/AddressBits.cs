using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Model.Authorization;

/// <summary>An address as a number. IPv4 is what IPv6 maps it to, for sockets that take both show it so.</summary>
internal readonly record struct AddressBits(UInt128 Bits)
{
    private const int Length = 128;

    private const int MappedLength = 96;

    private static readonly UInt128 s_mapped = (UInt128)0xffff << 32;

    public static AddressBits Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return new AddressBits(written == 4 ? s_mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>How many of the bits a block fixes.</summary>
    public static int LengthOf(IPNetwork block) =>
        block.PrefixLength + (block.BaseAddress.AddressFamily is AddressFamily.InterNetwork ? MappedLength : 0);

    /// <summary>The first bits, or null where a block of that length cannot hold it: <c>::/0</c> has no IPv4 address.</summary>
    public UInt128? First(int length) =>
        length < MappedLength && Bits >> 32 == 0xffff ? null : length == 0 ? UInt128.Zero : Bits >> (Length - length);
}
