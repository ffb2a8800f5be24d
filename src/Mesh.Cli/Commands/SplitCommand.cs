using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Checks;
using Mesh.Cli.Output;
using Mesh.Cli.Splitting;
using Mesh.Cli.Usage;
using Mesh.Model;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh split</c>.</summary>
internal static class SplitCommand
{
    // Somebody else writes at the same time; not for ever.
    private const int MostTries = 5;

    public static Command Create(Tool tool)
    {
        Argument<ServiceName> service = Arguments.Service(tool, needsDocument: false);
        Argument<string[]> weights = new("weights")
        {
            Description = "Which subset gets how much. Subsets that are not named share what is left of 100.", HelpName = "SUBSET=WEIGHT",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> route = new("--route")
        {
            Description = "The route whose targets change. Not given: the one that takes every request.", HelpName = "NAME",
        };
        ServerNames names = new(tool);
        weights.CompletionSources.Add(names.Weights(service));
        route.CompletionSources.Add(names.Routes(service));
        Option<bool> dryRun = FileOptions.DryRun();
        Option<string?> message = FileOptions.Message();
        Verb verb = new("split", "Changes which share of a service's requests goes to which of its subsets.")
        {
            Examples =
            [
                ("mesh split catalog v2=10", "10 % to v2, the rest to the others"),
                ("mesh split catalog v1=1 v2=2", "any weights, when all subsets are named"),
                ("mesh split catalog v1=0 v2=100 --route testers", "one route, all to v2"),
            ],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            Request request = new(
                result.GetValue(service)!, Weights.Parse(result.GetValue(weights)!), result.GetValue(route),
                result.GetValue(dryRun), result.GetValue(message));
            try
            {
                (WriteAnswer answer, SplitSource source, Split split) = await KnownServices.HintAsync(
                    api, request.Service, ServiceIdentity.DefaultNamespace, () => WriteAsync(api, request, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
                return Report(tool, result, request.Service, answer, source, split);
            }
            catch (RefusedException refusal) when (!refusal.Faults.IsEmpty)
            {
                FaultReport.Write(tool.Terminal, refusal.Message, refusal.Faults.Select(fault => fault with { Line = null }));
                return refusal.ExitCode;
            }
        });
        return verb.With(service, weights, route, dryRun, message);
    }

    private static async Task<(WriteAnswer Answer, SplitSource Source, Split Split)> WriteAsync(
        MeshApi api, Request request, CancellationToken cancellationToken)
    {
        string path = MeshApi.PathOf(request.Service);
        for (int tries = 1; ; tries++)
        {
            SplitSource source = await SplitSource.AskAsync(api, request.Service, cancellationToken).ConfigureAwait(false);
            Split split = Split.Change(source.Document, request.Weights, request.Route, source.Called.Registered);
            IReadOnlyList<LostTarget> lost = await TargetCheck.AskAsync(
                api, [StoredService.Of(source.Document)], prune: false, cancellationToken).ConfigureAwait(false);
            try
            {
                WriteAnswer answer = await api.SendAsync<WriteAnswer>(
                    HttpMethod.Put, request.DryRun ? path + "?dryRun=true" : path, source.Document.ToJsonString(), cancellationToken,
                    [source.Condition, .. AuthorHeaders.Of(request.Message ?? request.Words)]).ConfigureAwait(false);
                return (LostTarget.Complete(answer, lost), source, split);
            }
            catch (RefusedException refusal) when (refusal.ExitCode == ExitCode.Conflict && refusal.Faults.IsEmpty && tries < MostTries)
            {
                // Another write came between: the split is made once more, of what is there now.
            }
        }
    }

    private static int Report(Tool tool, ParseResult result, ServiceName service, WriteAnswer answer, SplitSource source, Split split)
    {
        WriteReport.WriteWarnings(tool, answer);
        decimal total = split.Targets.Sum(target => target.Weight);
        var shares = split.Targets.Select(target =>
            new { service = target.Service, subset = target.Subset, weight = target.Weight, share = target.Weight / total }).ToArray();
        var report = new
        {
            service = $"{service}", route = split.Route, targets = shares, generation = answer.Generation, dryRun = answer.DryRun,
        };
        tool.Results(result).Write(report, (console, printed) =>
        {
            Table table = Tables.Of("route", "target", "weight", "share");
            foreach (var share in printed.targets)
            {
                table.Add(
                    printed.route, Target(share.service, share.subset), share.weight.ToString(CultureInfo.InvariantCulture),
                    Model.Explanations.Shares.Format((double)share.share));
            }

            console.Write(table);
            if (source.IsNew)
            {
                console.WriteLine($"{service} had no document: this is its first.");
            }

            console.WriteLine(answer.DryRun ? "Dry run: nothing was written." : $"Generation {answer.Generation} is in force.");
        });
        return ExitCode.Ok;
    }

    private static string Target(string? service, string? subset) => (service, subset) switch
    {
        (null, null) => "all endpoints",
        (null, _) => subset,
        (_, null) => service,
        _ => $"{service}, {subset}",
    };

    private sealed record Request(ServiceName Service, IReadOnlyList<SubsetWeight> Weights, string? Route, bool DryRun, string? Message)
    {
        /// <summary>What is done, as it was typed: the history tells it, as long as nobody says why.</summary>
        public string Words =>
            $"split {Service.Short} {string.Join(' ', Weights)}"
            + (Route is null ? "" : $" --route {Route}");
    }
}
