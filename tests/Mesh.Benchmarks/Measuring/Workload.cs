namespace Mesh.Benchmarks.Measuring;

/// <summary>What is measured.</summary>
/// <param name="Call">Makes one call and reads its answer to the end; throws when the answer is not the expected one.</param>
/// <param name="Surroundings">Sets up what must hold around each slice, such as a listener; ended after the slice.</param>
internal sealed record Workload(Func<Task> Call, Func<IDisposable>? Surroundings = null);
