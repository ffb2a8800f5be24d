using System.Diagnostics;
using System.Runtime;

namespace Mesh.Benchmarks.Measuring;

/// <summary>
/// Measures variants against the baseline of their case. Every slice of a variant has a slice of its baseline right before or
/// after it, in turns, and the order of the variants is reversed every other round, so that what drifts (the clock rate, the
/// heap, the neighbours on the machine) meets both sides alike.
/// </summary>
internal static class Harness
{
    public static IReadOnlyList<Result> Measure(IReadOnlyList<Variant> variants, Plan plan)
    {
        Subject[] subjects = Prepare(variants);
        WarmUp(subjects, plan.WarmUp);
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round == 0 || Stopwatch.GetElapsedTime(start) < plan.Measurement; round++)
        {
            bool reversed = round % 2 != 0;
            for (int i = 0; i < subjects.Length; i++)
            {
                subjects[reversed ? subjects.Length - 1 - i : i].Measure(baselineFirst: (round / 2 + i) % 2 == 0);
            }
        }

        return [.. subjects.Select(subject => subject.ToResult())];
    }

    private static Subject[] Prepare(IReadOnlyList<Variant> variants)
    {
        Dictionary<string, Subject> baselines = [];
        return [.. variants.Select(variant =>
        {
            Subject subject = new(variant, baselines.GetValueOrDefault(variant.Case));
            baselines.TryAdd(variant.Case, subject);
            return subject;
        })];
    }

    /// <summary>
    /// Variants take turns from the first call on, so that the profile the JIT compiles from is a mixture of all, until a turn
    /// passes in which nothing was compiled any more.
    /// </summary>
    private static void WarmUp(Subject[] subjects, TimeSpan longest)
    {
        foreach (int calls in (ReadOnlySpan<int>)[1, 10, 30, 100])
        {
            foreach (Subject subject in subjects)
            {
                subject.Start(calls);
            }
        }

        long start = Stopwatch.GetTimestamp();
        long compiled;
        do
        {
            compiled = JitInfo.GetCompiledMethodCount();
            foreach (Subject subject in subjects)
            {
                subject.WarmUp();
            }
        }
        while (JitInfo.GetCompiledMethodCount() > compiled && Stopwatch.GetElapsedTime(start) < longest);
    }
}
