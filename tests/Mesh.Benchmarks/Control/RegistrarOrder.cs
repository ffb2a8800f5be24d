namespace Mesh.Benchmarks.Control;

/// <summary>What the suite asks of the process that plays the services' instances.</summary>
/// <param name="Do">What to do.</param>
/// <param name="Service">Which service.</param>
/// <param name="Count">How many instances.</param>
internal sealed record RegistrarOrder(RegistrarStep Do, string Service, int Count = 1)
{
    /// <summary>Of <see cref="RegistrarStep.Fill"/>: so many services, numbered from 0, with <see cref="Count"/> instances each.</summary>
    public int Services { get; init; } = 1;
}
