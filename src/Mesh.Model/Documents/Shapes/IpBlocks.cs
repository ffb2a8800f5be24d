using System.Net;
using System.Net.Sockets;

namespace Mesh.Model.Documents;

/// <summary>Settings that are addresses or blocks of them.</summary>
internal static class IpBlocks
{
    public static Scalar<IPNetwork> Block { get; } = new(
        "an IP address or a block of them, such as 10.0.0.5, 10.0.0.0/8 or fd00::/8", Parse, block => block == default ? null : block.ToString());

    /// <summary>Of a text that has been read.</summary>
    public static IPNetwork Of(string text) => Parse(text).Value;

    private static Parsed<IPNetwork> Parse(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out IPAddress? address) || !IsPlain(parts[0], address))
        {
            return Parsed.Bad<IPNetwork>();
        }

        int most = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        if (parts.Length == 1)
        {
            return new IPNetwork(address, most);
        }

        if (Numbers.Whole(0, most).Parse(parts[1]) is not { State: ParseState.Good, Value: var length })
        {
            return Parsed.Bad<IPNetwork>($"What comes after the slash is a whole number from 0 to {most}.");
        }

        IPNetwork block = new(address, length);
        return block.BaseAddress.Equals(address) ? block : Parsed.Bad<IPNetwork>($"The block that it is in is {block}.");
    }

    /// <summary>Not one of the spellings in which an address is another one to other readers: 10.1, 010.0.0.1, fe80::1%2.</summary>
    private static bool IsPlain(string text, IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '[', ']');
}
