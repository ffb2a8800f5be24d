namespace Mesh.Benchmarks.Measuring;

/// <summary>One way to make a call. The first variant of a case is the baseline of the others.</summary>
/// <param name="Case">The kind of call; figures compare within it.</param>
/// <param name="Name">What lies between the caller and the network.</param>
/// <param name="Prepare">Builds it; called once, and only when the variant is wanted.</param>
internal sealed record Variant(string Case, string Name, Func<Workload> Prepare)
{
    /// <summary>The baseline's name in every case.</summary>
    public const string Base = "base";

    /// <summary>The baseline a second time: by what it differs is what the run cannot resolve.</summary>
    public const string Copy = "base (A/A)";

    public string FullName => $"{Case}/{Name}";
}
