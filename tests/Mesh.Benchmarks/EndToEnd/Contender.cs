namespace Mesh.Benchmarks.EndToEnd;

/// <summary>One way to get a call to a replica.</summary>
internal sealed record Contender(string Name, Stack Stack, Hop Hop = Hop.None)
{
    public static Contender Mesh { get; } = new("mesh", Stack.Mesh);

    /// <summary>The baseline.</summary>
    public static Contender Raw { get; } = new("raw", Stack.Raw);

    /// <summary>The baseline a second time: by what it differs is what the run cannot resolve.</summary>
    public static Contender Copy { get; } = new("raw (A/A)", Stack.Raw);

    public static Contender HaproxyPair { get; } = new("HAProxy pair", Stack.Raw, Hop.HaproxyPair);

    /// <summary>
    /// In the order of their turns: the mesh and the copy both stand next to the baseline, at the same distance, and neither at an end, where
    /// the reversed order would let one follow itself.
    /// </summary>
    public static IReadOnlyList<Contender> All { get; } =
    [
        new("sd+res", Stack.DiscoveryAndResilience),
        Mesh,
        Raw,
        Copy,
        new("mesh, mirroring", Stack.MirroringMesh),
        new("YARP", Stack.Raw, Hop.Yarp),
        HaproxyPair,
    ];
}
