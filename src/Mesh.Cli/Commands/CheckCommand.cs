using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Checks;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh check</c>.</summary>
internal static class CheckCommand
{
    public static Command Create(Tool tool)
    {
        Verb verb = new(
            "check", "Looks for what is wrong: the server, its versions, its clients and its rules. Exits with 1 where something fails.")
        {
            Examples = [("mesh check", "the server, its clients and its rules"), ("mesh check -o json", "for scripts")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            (IReadOnlyList<Finding> findings, int exitCode) = await ExamineAsync(api, cancellationToken).ConfigureAwait(false);
            tool.Results(result).Write(findings, (console, printed) =>
            {
                Table table = Tables.Of("", "check", "found");
                foreach (IGrouping<(Severity, string, string? Remedy), Finding> alike in printed.GroupBy(
                    finding => (finding.Severity, finding.Check, finding.Remedy)))
                {
                    AddAlike(table, alike, alike.Key.Remedy);
                }

                console.Write(table);
            });
            return exitCode;
        });
        return verb;
    }

    // What is to be done about several findings is told once, after them.
    private static void AddAlike(Table table, IEnumerable<Finding> findings, string? remedy)
    {
        foreach (Finding finding in findings)
        {
            table.AddRow(
                new Text(finding.Severity.ToString().ToLowerInvariant(), ColorOf(finding.Severity)), new Text(finding.Check),
                new Text(finding.Found));
        }

        if (remedy is not null)
        {
            table.AddRow(new Text(""), new Text(""), new Text($"→ {remedy}", new Style(decoration: Decoration.Bold)));
        }
    }

    private static async Task<(IReadOnlyList<Finding> Findings, int ExitCode)> ExamineAsync(
        MeshApi api, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        try
        {
            await new Doctor(api).ExamineAsync(findings, cancellationToken).ConfigureAwait(false);
            return (findings, findings.Any(finding => finding.Severity == Severity.Fail) ? ExitCode.Failed : ExitCode.Ok);
        }
        catch (ToolException exception)
        {
            findings.Add(new Finding(Severity.Fail, "server", exception.Message));
            return (findings, exception.ExitCode);
        }
    }

    private static Style ColorOf(Severity severity) => severity switch
    {
        Severity.Ok => new Style(Color.Green),
        Severity.Warn => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
