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

    /// <summary>What TLS adds is the difference to it.</summary>
    private static readonly Contender s_plain = new("raw, plain text", Stack.Plain);

    /// <summary>What sessions would save that are not resumed.</summary>
    private static readonly Contender s_resuming = new("raw, resuming", Stack.Resuming);

    /// <summary>
    /// In the order of their turns: the mesh and the copy both stand next to the baseline, at the same distance, and neither at an end, where
    /// the reversed order would let one follow itself.
    /// </summary>
    private static readonly Contender[] s_plainText =
    [
        new("sd+res", Stack.DiscoveryAndResilience),
        Mesh,
        Raw,
        Copy,
        new("mesh, mirroring", Stack.MirroringMesh),
        new("YARP", Stack.Raw, Hop.Yarp),
        HaproxyPair,
    ];

    private static readonly Contender[] s_secure = [HaproxyPair, Mesh, Raw, Copy, s_plain];

    private static readonly Contender[] s_handshakes = [s_resuming, Mesh, Raw, Copy, s_plain];

    /// <summary>Those that speak it.</summary>
    public static IReadOnlyList<Contender> Of(Protocol protocol) =>
        protocol.ClosesConnections ? s_handshakes : protocol.IsSecure ? s_secure : s_plainText;

    /// <summary>Where what the contender calls is guarded. Sidecars see to it between themselves.</summary>
    public Tls TlsOf(Protocol protocol) => this switch
    {
        _ when !protocol.IsSecure || Hop != Hop.None => Tls.None,
        { Stack: Stack.Plain } => Tls.None,
        { Stack: Stack.Resuming } => Tls.Resuming,
        { Stack: Stack.Mesh } => Tls.Mesh,
        _ => Tls.Raw,
    };
}
