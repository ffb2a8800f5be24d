using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh audit certificates</c>.</summary>
internal static class CertificatesCommand
{
    private static readonly string[] s_headings = ["time", "identity", "serial", "expires", "by"];

    public static Verb Create(Tool tool)
    {
        Option<bool> verify = new("--verify") { Description = "Whether the file is as the server wrote it; where it is not, the exit code is 1." };
        Option<long> limit = new("--limit", "-n")
        {
            Description = "So many at most, the newest first.", HelpName = "COUNT", DefaultValueFactory = _ => 20,
            CustomParser = Values.Number("--limit", 1, 1000, "a whole number from 1 to 1000"),
        };
        Verb verb = new("certificates", "Every certificate that was ever issued, the newest first.")
        {
            Examples = [("mesh audit certificates", "the last ones"), ("mesh audit certificates --verify", "nobody has changed or cut the file")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            bool asks = result.GetValue(verify);
            using MeshApi api = tool.Api(result);
            CertificatesAnswer answer = await api.GetAsync<CertificatesAnswer>(
                string.Create(CultureInfo.InvariantCulture, $"api/v1/audit/certificates?limit={result.GetValue(limit)}&verify={asks}"), cancellationToken).ConfigureAwait(false);
            tool.Results(result).Write(answer, (console, issued) => Show(console, issued));
            return answer.Fault is null ? ExitCode.Ok : ExitCode.Failed;
        });
        return verb.With(verify, limit);
    }

    private static void Show(IAnsiConsole console, CertificatesAnswer answer)
    {
        if (answer.IsVerified)
        {
            console.WriteLine(answer.Fault is { } fault ? $"{answer.File} was changed. {fault}"
                : string.Create(CultureInfo.InvariantCulture, $"{answer.File} is as it was written: {answer.Lines} certificates."));
            return;
        }

        Tables.WriteCut(console, s_headings, [.. answer.Certificates.Select(Row)], 1);
    }

    private static string?[] Row(IssuedEntry issued) =>
        [Times.Format(issued.Time), issued.Identity, issued.Serial, Times.Format(issued.NotAfter), issued.By];
}
