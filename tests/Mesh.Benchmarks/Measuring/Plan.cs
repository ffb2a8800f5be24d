namespace Mesh.Benchmarks.Measuring;

/// <summary>How long to measure, by the wall clock, whatever else the machine does.</summary>
/// <param name="WarmUp">The longest that the warm-up may take; it ends sooner when the JIT has nothing more to compile.</param>
/// <param name="Measurement">Rounds are started until this has passed.</param>
internal sealed record Plan(TimeSpan WarmUp, TimeSpan Measurement)
{
    public static Plan Full { get; } = new(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(110));

    public static Plan Quick { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7));
}
