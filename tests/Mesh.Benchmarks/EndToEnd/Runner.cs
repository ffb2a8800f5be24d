namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A contender with its client, ready to take turns.</summary>
/// <param name="contender">The contender.</param>
/// <param name="client">Its client, which it has for itself.</param>
/// <param name="called">The processes that the client calls.</param>
internal sealed class Runner(Contender contender, Child client, IReadOnlyList<int> called)
{
    public Contender Contender => contender;

    public async Task<Turn> RunAsync(LoadOrder order)
    {
        TimeSpan before = Cpu();
        LoadReport report = await client.AskAsync<LoadOrder, LoadReport>(order);
        return Turn.Of(report, Cpu() - before);
    }

    private TimeSpan Cpu() => called.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessClock.Read(process));
}
