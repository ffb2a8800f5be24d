using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh history</c>.</summary>
internal static class HistoryCommand
{
    private const int Shown = 20;

    public static Command Create(Tool tool)
    {
        Argument<string?> name = new("service")
        {
            Description = "Only what changed this service. Not given: everything.", HelpName = "NAME[.NAMESPACE]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<int> limit = new("--limit", "-n")
        {
            Description = "So many at most, the newest first.", HelpName = "COUNT", DefaultValueFactory = _ => Shown,
        };
        limit.Validators.Add(option =>
        {
            if (option.GetValueOrDefault<int>() < 1)
            {
                option.AddError("--limit must be at least 1.");
            }
        });
        Verb verb = new("history", "Shows who changed what, when and why, the newest first.")
        {
            Examples = [("mesh history", "the last changes of the mesh"), ("mesh history catalog -n 5", "the last five of one service")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            HistoryAnswer answer = await api.GetAsync<HistoryAnswer>(
                Path(result.GetValue(name), result.GetValue(limit)), cancellationToken).ConfigureAwait(false);
            tool.Results(result).Write(answer.Generations, (console, generations) =>
            {
                Spectre.Console.Table table = Tables.Of("generation", "time", "author", "action", "changes", "message");
                foreach (GenerationEntry entry in generations)
                {
                    table.Add(
                        entry.Generation.ToString(CultureInfo.InvariantCulture), Times.Format(entry.Time), entry.Author, entry.Action,
                        Summary(entry.Changes), entry.Message);
                }

                console.Write(table);
            });
            return ExitCode.Ok;
        });
        return verb.With(name, limit);
    }

    private static string Summary(IEnumerable<ChangeEntry> changes) =>
        string.Join(", ", changes.Where(change => change.Action != "unchanged").Select(change => $"{change.Document} {change.Action}"));

    private static string Path(string? service, int limit)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"api/v1/generations?limit={limit}");
        if (service is null)
        {
            return path;
        }

        ServiceName name = ServiceName.Of(service);
        return $"{path}&kind=Service&namespace={Uri.EscapeDataString(name.Namespace)}&name={Uri.EscapeDataString(name.Name)}";
    }
}
