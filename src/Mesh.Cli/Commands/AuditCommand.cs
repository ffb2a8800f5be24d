using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.Model.Documents;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh audit</c>.</summary>
internal static class AuditCommand
{
    private const int Shown = 20;

    // What the server gives at a time.
    private const int Most = 1000;

    // Of one write's changes.
    private const int Summed = 3;

    // Columns that may be cut.
    private const int By = 2;
    private const int Action = 5;
    private const int Changes = 6;
    private const int Refusal = 7;

    private static readonly Func<ArgumentResult, long> s_number = Values.Number("--before", 1, long.MaxValue, "the number of a record");
    private static readonly string[] s_headings = ["number", "time", "by", "address", "kind", "action", "changes", "refused"];

    public static Command Create(Tool tool)
    {
        Option<DateTimeOffset?> since = new("--since")
        {
            Description = "Only from then on: a time such as 2026-05-01T10:00Z, or how long ago, such as 2h or 7d.", HelpName = "TIME", CustomParser = Since,
        };
        Option<string?> by = new("--by") { Description = "Only by this name: an access token's, loopback or unproven.", HelpName = "NAME" };
        Option<string?> kind = new Option<string?>("--kind") { Description = "Only of this kind.", HelpName = "documents|tokens|access|identities|ca" }
            .OneOf("documents", "tokens", "access", "identities", "ca");
        Option<long> limit = new("--limit", "-n")
        {
            Description = "So many at most, the newest first.", HelpName = "COUNT", DefaultValueFactory = _ => Shown,
            CustomParser = Values.Number("--limit", 1, Most, $"a whole number from 1 to {Most}"),
        };
        Option<long?> before = new("--before")
        {
            Description = "Only those below this number: the next page.", HelpName = "NUMBER", CustomParser = result => s_number(result),
        };
        Verb verb = new("audit", "Shows every write, and those that were refused: who, what, from where. The newest first.")
        {
            Examples =
            [
                ("mesh audit --since 24h", "the last day"), ("mesh audit --by ci --kind documents -n 100", "what one token wrote"),
                ("mesh audit --by unproven", "who came without a good token"),
                ("mesh audit certificates --verify", "every certificate, and whether the list is whole"),
            ],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            AuditAnswer answer = await api.GetAsync<AuditAnswer>(
                Path(result.GetValue(limit), result.GetValue(before), result.GetValue(since), result.GetValue(by), result.GetValue(kind)),
                cancellationToken).ConfigureAwait(false);
            tool.Results(result).WriteAll(
                answer.Records, "The audit has nothing about it.",
                (console, records) => Tables.WriteCut(console, s_headings, [.. records.Select(Row)], By, Action, Changes, Refusal));
            return ExitCode.Ok;
        });
        return verb.With(since, by, kind, limit, before, CertificatesCommand.Create(tool));
    }

    private static DateTimeOffset? Since(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text is [.. var digits, 'd'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days <= 3650)
        {
            return DateTimeOffset.UtcNow - TimeSpan.FromDays(days);
        }

        if (Durations.Between(TimeSpan.Zero, TimeSpan.FromDays(3650)).Parse(text) is { State: ParseState.Good, Value: var ago })
        {
            return DateTimeOffset.UtcNow - ago;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time))
        {
            return time;
        }

        result.AddError(Values.Complaint("--since", text, "a time such as 2026-05-01T10:00Z, or how long ago, such as 2h or 7d"));
        return null;
    }

    private static string?[] Row(AuditEntry entry) =>
    [
        entry.Number.ToString(CultureInfo.InvariantCulture), Times.Format(entry.Time), entry.Claimed is null || entry.Claimed == entry.By ? entry.By : $"{entry.By} ({entry.Claimed})",
        entry.Address, entry.Kind, entry.Action, Summary(entry), entry.Refusal,
    ];

    private static string Summary(AuditEntry entry)
    {
        int more = Math.Max(entry.Changes.Length - Summed, 0) + entry.MoreChanges;
        string summary = string.Join(", ", entry.Changes.Take(Summed).Select(change => change.Target));
        return more == 0 ? summary : $"{summary}, and {more} more";
    }

    private static string Path(long limit, long? before, DateTimeOffset? since, string? by, string? kind) =>
        string.Create(CultureInfo.InvariantCulture, $"api/v1/audit?limit={limit}")
        + (before is { } number ? string.Create(CultureInfo.InvariantCulture, $"&before={number}") : "")
        + (since is { } time ? $"&since={Uri.EscapeDataString(time.ToString("O", CultureInfo.InvariantCulture))}" : "")
        + (by is null ? "" : $"&by={Uri.EscapeDataString(by)}") + (kind is null ? "" : $"&kind={kind}");
}
