namespace Mesh.Benchmarks.EndToEnd;

/// <summary>
/// Lets contenders take turns: all have one before any has the next, and the order is reversed every other round, so that what
/// drifts (the clock rate, the neighbours on the machine) meets all alike.
/// </summary>
internal static class Rounds
{
    /// <summary>Warms up with all kinds of load before any is measured, so that no client is still compiling then.</summary>
    public static async Task WarmUpAsync(IReadOnlyList<Choice> choices, Stage stage, Schedule schedule)
    {
        for (int round = 0; round < schedule.WarmUpRounds; round++)
        {
            Choice choice = choices[round % choices.Count];
            await RunAsync(choice.Cell, stage.RunnersOf(choice.Contenders), schedule.Slice, isReversed: round % 2 != 0);
        }
    }

    public static async Task<CellOutcomes> MeasureAsync(Choice choice, Stage stage, Schedule schedule)
    {
        IReadOnlyList<Runner> runners = stage.RunnersOf(choice.Contenders);

        // Connections that the load before did not need may have been closed: the first turns open them again.
        await RunAsync(choice.Cell, runners, schedule.Slice, isReversed: true);

        Dictionary<Contender, List<Turn>> turns = runners.ToDictionary(runner => runner.Contender, _ => new List<Turn>());
        for (int round = 0; round < schedule.Rounds; round++)
        {
            foreach ((Contender contender, Turn turn) in await RunAsync(choice.Cell, runners, schedule.Slice, isReversed: round % 2 != 0))
            {
                turns[contender].Add(turn);
            }
        }

        return new CellOutcomes(choice.Cell, [.. runners.Select(runner => new Outcome(runner.Contender, turns[runner.Contender]))]);
    }

    private static async Task<IReadOnlyList<(Contender Contender, Turn Turn)>> RunAsync(
        Cell cell, IReadOnlyList<Runner> runners, TimeSpan slice, bool isReversed)
    {
        List<(Contender, Turn)> round = [];
        foreach (Runner runner in isReversed ? runners.Reverse() : runners)
        {
            round.Add((runner.Contender, await runner.RunAsync(new LoadOrder(cell.Concurrency, cell.Bytes, slice))));
        }

        return round;
    }
}
