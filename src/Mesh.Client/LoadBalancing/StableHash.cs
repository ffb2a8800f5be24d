namespace Mesh.Client.LoadBalancing;

/// <summary>Numbers for texts, the same in every process: all that call a service agree on them. No protection against texts made to collide.</summary>
internal static class StableHash
{
    // FNV-1a, 64 bits (Fowler, Noll, Vo).
    private const ulong Basis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    public static ulong Of(string text)
    {
        ulong hash = Basis;
        foreach (char letter in text)
        {
            hash = (hash ^ letter) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>Spreads a number over all 64 bits, one to one (the last steps of SplitMix64, Steele and others 2014).</summary>
    public static ulong Mix(ulong number)
    {
        number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
        number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
        return number ^ (number >> 31);
    }

    /// <summary>A number between 0 and 1, neither of them, from a hash.</summary>
    public static double ToFraction(ulong hash) => ((hash >> 11) + 0.5) / (1UL << 53);
}
