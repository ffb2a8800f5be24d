namespace Mesh.Benchmarks.Tail;
internal static class TailSuite
{
    public static int Run(Arguments arguments)
    {
        foreach (TailCase c in TailCase.All.Where(c => arguments.Only is null || c.Name.Contains(arguments.Only)))
        {
            foreach (TailVariant v in TailVariant.All)
            {
                long t = System.Diagnostics.Stopwatch.GetTimestamp();
                TailSample s = Simulation.Run(c, v, v.IsCopy ? 1000 : 1, 100_000);
                Console.WriteLine($"{c.Name} / {v.Name}: {s} {System.Diagnostics.Stopwatch.GetElapsedTime(t)}");
            }
        }
        return 0;
    }
}
