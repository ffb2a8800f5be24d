namespace Mesh.Benchmarks.Tail;

/// <summary>
/// Makes the runs. In a round all variants of a case get the same calls. Runs share nothing, so that as many go on at a time as the machine
/// has processors: what else it does changes nothing but how long all of it takes.
/// </summary>
internal static class TailRuns
{
    /// <summary>Where the seeds of the copies begin: they get other calls than the base of their round.</summary>
    private const int OtherCalls = 1_000_000;

    public static TailFigures Make(IReadOnlyList<(TailCase Case, TailVariant Variant)> subjects, TailPlan plan)
    {
        TailSample[][] samples = [.. subjects.Select(_ => new TailSample[plan.Rounds])];

        // A limit, or the thread pool takes runs that go on for long for blocked ones, and begins more and more.
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, subjects.Count * plan.Rounds, options, run =>
        {
            (int round, int subject) = Math.DivRem(run, subjects.Count);
            (TailCase @case, TailVariant variant) = subjects[subject];
            samples[subject][round] = Simulation.Run(@case, variant, variant.IsCopy ? OtherCalls + round : round, plan.Calls);
        });

        Dictionary<TailCase, TailSample[]> bases = subjects.Zip(samples)
            .Where(pair => pair.First.Variant.IsBase)
            .ToDictionary(pair => pair.First.Case, pair => pair.Second);
        return new TailFigures([.. subjects.Zip(samples, (subject, own) => new TailResult(subject.Case, subject.Variant, own, bases[subject.Case]))]);
    }
}
