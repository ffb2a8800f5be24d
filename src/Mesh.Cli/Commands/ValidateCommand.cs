using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Checks;
using Mesh.Cli.Files;
using Mesh.Cli.Usage;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh validate</c>.</summary>
internal static class ValidateCommand
{
    public static Command Create(Tool tool)
    {
        Option<string[]> files = FileOptions.Files();
        Verb verb = new(
            "validate",
            "Checks documents, and writes nothing. Needs no server; with --server they are checked against the mesh there, too.")
        {
            Examples =
            [
                ("mesh validate -f mesh/", "a folder, as a mesh of its own"),
                ("mesh validate -f catalog.yaml --server http://127.0.0.1:15080", "one document among those of the server"),
            ],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            SourceSet sources = DocumentFiles.Read(result.GetValue(files)!, tool.Terminal.In);
            Verdict verdict = sources.Faults.IsEmpty && tool.IsServerGiven(result)
                ? await AskAsync(tool, result, sources, cancellationToken).ConfigureAwait(false)
                : Check(sources);
            return Report(tool, result, sources, verdict);
        });
        return verb.With(files);
    }

    private static Verdict Check(SourceSet sources)
    {
        MeshCheck check = sources.Check();
        return new Verdict(check.Faults, check.Warnings);
    }

    private static async Task<Verdict> AskAsync(Tool tool, ParseResult result, SourceSet sources, CancellationToken cancellationToken)
    {
        using MeshApi api = tool.Api(result);
        try
        {
            IReadOnlyList<LostTarget> lost = await TargetCheck.AskAsync(api, sources.Services, prune: false, cancellationToken).ConfigureAwait(false);
            WriteAnswer answer = await api.SendAsync<WriteAnswer>(
                HttpMethod.Post, "api/v1/apply?dryRun=true", sources.ToJson(), cancellationToken).ConfigureAwait(false);
            return new Verdict([], [.. LostTarget.Complete(answer, lost).Warnings.Select(sources.Locate)]);
        }
        catch (RefusedException refusal) when (!refusal.Faults.IsEmpty)
        {
            return new Verdict([.. refusal.Faults.Select(sources.Locate)], []);
        }
    }

    private static int Report(Tool tool, ParseResult result, SourceSet sources, Verdict verdict)
    {
        bool isValid = verdict.Faults.Count == 0;
        var answer = new { valid = isValid, faults = verdict.Faults.Select(Entry), warnings = verdict.Warnings.Select(Entry) };
        tool.Results(result).Write(answer, (console, _) =>
        {
            FaultReport.WriteWarnings(tool.Terminal, verdict.Warnings);
            if (isValid)
            {
                console.WriteLine(
                    sources.Documents.Length == 1 ? "1 document is valid." : $"{sources.Documents.Length} documents are valid.");
            }
            else
            {
                FaultReport.Write(tool.Terminal, "Not valid:", verdict.Faults);
            }
        });
        return isValid ? ExitCode.Ok : ExitCode.Failed;
    }

    private static object Entry(MeshFault fault) =>
        new
        {
            file = fault.File, line = fault.Line, document = fault.Document, path = fault.Path, message = fault.Message,
        };

    private sealed record Verdict(IReadOnlyList<MeshFault> Faults, IReadOnlyList<MeshFault> Warnings);
}
