using System.Text.Json.Nodes;
using Mesh.Soak.Processes;

namespace Mesh.Soak.Crash;

/// <summary>Holds what a server has, after a kill and a start, against what it had acknowledged.</summary>
internal sealed class Round
{
    private readonly long _epoch;
    private long _newest;

    public Round(JsonNode status) => _epoch = status["epoch"]!.GetValue<long>();

    public List<string> Lost { get; } = [];

    public List<string> Torn { get; } = [];

    public List<string> WentBack { get; } = [];

    public int InDoubtButMade { get; private set; }

    public async Task CheckAsync(ServerApi server, Writer[] writers)
    {
        JsonNode status = await server.StatusAsync();
        JsonArray documents = await server.DocumentsAsync();
        List<JsonNode> history = await server.HistoryAsync();
        Dictionary<long, JsonNode> byGeneration = history.ToDictionary(write => write["generation"]!.GetValue<long>());

        CheckVersion(status, history, writers);
        foreach (Writer writer in writers)
        {
            foreach (Written written in writer.Acknowledged)
            {
                if (Described(byGeneration.GetValueOrDefault(written.Generation)) != $"{written.Author} {written.Number} {written.Changes}")
                {
                    Lost.Add($"{written} is in the history as '{Described(byGeneration.GetValueOrDefault(written.Generation))}'");
                }
            }

            Settle(writer, history);
            await CheckContentAsync(server, writer, documents, byGeneration.ContainsKey);
        }
    }

    private void CheckVersion(JsonNode status, List<JsonNode> history, Writer[] writers)
    {
        long generation = status["generation"]!.GetValue<long>();
        long acknowledged = writers.SelectMany(writer => writer.Acknowledged).Select(written => written.Generation).DefaultIfEmpty().Max();
        if (status["epoch"]!.GetValue<long>() != _epoch || generation < Math.Max(acknowledged, _newest))
        {
            WentBack.Add($"{status["epoch"]}.{generation} after {_epoch}.{Math.Max(acknowledged, _newest)}");
        }

        // Without a gap, from the newest to the first.
        if (!history.Select(write => write["generation"]!.GetValue<long>()).SequenceEqual(Enumerable.Range(0, history.Count).Select(i => generation - i)))
        {
            Torn.Add($"the history of generation {generation} has gaps");
        }

        _newest = generation;
    }

    // What was never answered was made whole, or not at all, and once at most.
    private void Settle(Writer writer, List<JsonNode> history)
    {
        JsonNode[] own = [.. history.Where(write => write["author"]!.GetValue<string>() == writer.Name)];
        HashSet<int> acknowledged = [.. writer.Acknowledged.Select(written => written.Number)];
        foreach (JsonNode write in own)
        {
            int number = int.Parse(write["message"]!.GetValue<string>(), null);
            if (write["changes"]!.AsArray().Count != writer.Services.Length)
            {
                Torn.Add($"{writer.Name}'s write {number} changed {Writer.ChangesOf(write)} alone");
            }

            if (!acknowledged.Add(number))
            {
                continue;
            }

            if (number != writer.InDoubt)
            {
                Torn.Add($"{writer.Name}'s write {number} is there, but was not begun before the kill");
            }

            InDoubtButMade++;
            writer.Acknowledged.Add(new Written(writer.Name, number, write["generation"]!.GetValue<long>(), Writer.ChangesOf(write)));
        }

        if (own.Length != acknowledged.Count)
        {
            Torn.Add($"{writer.Name} made {acknowledged.Count} writes, and the history has {own.Length}");
        }

        writer.InDoubt = null;
    }

    private async Task CheckContentAsync(ServerApi server, Writer writer, JsonArray documents, Func<long, bool> isThere)
    {
        if (writer.Acknowledged is [.., { } last])
        {
            string expected = writer.After(last.Number);
            if (writer.Among(documents) is var inForce && inForce != expected)
            {
                (writer.Services.Length > 1 ? Torn : Lost).Add($"'{inForce}' is in force, and '{expected}' was written last");
            }

            // A generation that is not there has been told of as lost.
            if (isThere(last.Generation) && writer.Among(await server.DocumentsAsync(last.Generation)) is var then && then != expected)
            {
                Lost.Add($"the history of generation {last.Generation} has '{then}', and '{expected}' was written");
            }
        }
    }

    private static string Described(JsonNode? write) => write is null ? "nothing" : $"{write["author"]} {write["message"]} {Writer.ChangesOf(write)}";
}
