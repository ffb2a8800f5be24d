using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh history</c>.</summary>
internal static class HistoryCommand
{
    private const int Shown = 20;

    // What the server gives at a time.
    private const int Most = 1000;

    // Of one generation's changes.
    private const int Summed = 3;

    // Columns that may be cut.
    private const int Author = 2;
    private const int Changes = 4;
    private const int Message = 5;

    private static readonly string[] s_headings = ["generation", "time", "author", "action", "changes", "message"];

    public static Command Create(Tool tool)
    {
        Argument<ServiceName> name = Arguments.OptionalService(tool, "Only what changed this service. Not given: everything.");
        Option<long> limit = new("--limit", "-n")
        {
            Description = "So many at most, the newest first.", HelpName = "COUNT", DefaultValueFactory = _ => Shown,
            CustomParser = Values.Number("--limit", 1, Most, $"a whole number from 1 to {Most}"),
        };
        Verb verb = new("history", "Shows who changed what, when and why, the newest first.")
        {
            Examples = [("mesh history", "the last changes of the mesh"), ("mesh history catalog -n 5", "the last five of one service")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            HistoryAnswer answer = await api.GetAsync<HistoryAnswer>(
                Path(result.GetValue(name), result.GetValue(limit)), cancellationToken).ConfigureAwait(false);
            if (result.GetValue(name) is { } service && answer.Generations.IsEmpty)
            {
                await RequireAsync(api, service, cancellationToken).ConfigureAwait(false);
            }

            tool.Results(result).WriteAll(
                answer.Generations, "The history has nothing about it.",
                (console, generations) => Tables.WriteCut(console, s_headings, [.. generations.Select(Row)], Author, Changes, Message));
            return ExitCode.Ok;
        });
        return verb.With(name, limit);
    }

    // What is in force may be older than the history: that of a folder that is watched begins with each change of it.
    private static async Task RequireAsync(MeshApi api, ServiceName service, CancellationToken cancellationToken)
    {
        try
        {
            await api.GetAsync<JsonObject>(MeshApi.PathOf(service), cancellationToken).ConfigureAwait(false);
        }
        catch (RefusedException refusal) when (refusal.ExitCode == ExitCode.NotFound)
        {
            ServicesAnswer all = await ServicesAnswer.AskAsync(api, cancellationToken).ConfigureAwait(false);
            string hint = all.Known.Hint(service, ServiceIdentity.DefaultNamespace);
            throw new ToolException(
                ExitCode.NotFound,
                all.WhyUndocumented(service)
                ?? $"There is no such service {service}, and none is in the history."
                + (hint.Length > 0 ? hint : " `mesh endpoints` lists those that there are."),
                refusal);
        }
    }

    private static string?[] Row(GenerationEntry entry) =>
    [
        entry.Generation.ToString(CultureInfo.InvariantCulture), Times.Format(entry.Time), entry.Author, entry.Action, Summary(entry),
        entry.Message,
    ];

    private static string Summary(GenerationEntry entry)
    {
        if (entry.Action == "restore")
        {
            // It brings its own history, in which nothing changed.
            return "all documents are the backup's";
        }

        string[] changes =
            [.. entry.Changes.Where(change => change.Action != "unchanged").Select(change => $"{NameOf(change)} {change.Action}")];
        int more = Math.Max(changes.Length - Summed, 0) + entry.MoreChanges;
        string summary = string.Join(", ", changes.Take(Summed));
        return more == 0 ? summary : $"{summary}, and {more} more";
    }

    // Nearly all are services.
    private static string NameOf(ChangeEntry change) =>
        change.Kind == DocumentKey.Service ? $"{change.Name}.{change.Namespace}" : change.Document;

    private static string Path(ServiceName? name, long limit)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"api/v1/generations?limit={limit}");
        return name is null ? path
            : $"{path}&kind=Service&namespace={Uri.EscapeDataString(name.Namespace)}&name={Uri.EscapeDataString(name.Name)}";
    }
}
