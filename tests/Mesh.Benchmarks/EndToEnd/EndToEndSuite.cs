using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What a call costs over sockets, on loopback, with client, proxies and service in processes of their own.</summary>
internal static class EndToEndSuite
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        Schedule schedule = arguments.Quick ? Schedule.Quick : Schedule.Full;
        IReadOnlyList<Choice> choices = Choice.Of(schedule.Cells, arguments.Only);
        if (choices.Count == 0)
        {
            Console.Error.WriteLine($"No contender's cell/name contains '{arguments.Only}'.");
            return 2;
        }

        Introduce(schedule);
        List<CellOutcomes> all = [];
        foreach (IGrouping<Protocol, Choice> group in choices.GroupBy(choice => choice.Cell.Protocol))
        {
            await MeasureAsync(group.Key, [.. group], schedule, all);
        }

        TargetTable.Write([.. all.SelectMany(EndToEndTargets.Of)], Console.Out);
        if (arguments.JsonFile is { } file)
        {
            JsonReport.Write(file, all.SelectMany(outcomes => OutcomeEntries.Of(arguments.Suite, outcomes)));
        }

        return 0;
    }

    private static void Introduce(Schedule schedule)
    {
        Console.WriteLine(
            $"{schedule.Rounds} rounds of {schedule.Slice.TotalMilliseconds} ms for each, on {Environment.ProcessorCount} cores that all "
            + "processes share. raw calls one of three replicas; the others balance over all. No HttpClient.Timeout in any client.");
        if (schedule == Schedule.Quick)
        {
            Console.WriteLine(
                $"A look only: {schedule.Cells.Count} of {Schedule.Full.Cells.Count} kinds of load, few rounds, a short warm-up.");
        }

        if (Haproxy.Program is null)
        {
            Console.WriteLine("HAProxy is not installed: the pair is not measured, and the targets against it are not judged.");
        }

        Console.WriteLine();
    }

    private static async Task MeasureAsync(Protocol protocol, IReadOnlyList<Choice> choices, Schedule schedule, List<CellOutcomes> all)
    {
        IEnumerable<Contender> wanted = Contender.Of(protocol).Where(contender => choices.Any(choice => choice.Contenders.Contains(contender)));
        await using Stage stage = await Stage.StartAsync(protocol, wanted.Except(Missing));
        await Rounds.WarmUpAsync(choices, stage, schedule);
        foreach (Choice choice in choices)
        {
            CellOutcomes outcomes = await Rounds.MeasureAsync(choice, stage, schedule);
            OutcomeTable.Write(outcomes, choice.Contenders.Intersect(Missing), Console.Out);
            all.Add(outcomes);
        }
    }

    private static Contender[] Missing => Haproxy.Program is null ? [Contender.HaproxyPair] : [];
}
