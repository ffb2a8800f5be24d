using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create(Tool tool)
    {
        Argument<long> generation = new("generation")
        {
            Description = "The generation whose documents are to be in force again; `mesh history` lists them.", HelpName = "GENERATION",
            CustomParser = Values.Number(
                "GENERATION", 0, long.MaxValue, "the number of a generation, such as 12; `mesh history` lists them"),
        };
        Option<bool> dryRun = FileOptions.DryRun();
        Option<string?> message = FileOptions.Message();
        Verb verb = new("rollback", "Makes a new generation with all documents of an old one. What came between stays in the history.")
        {
            Examples =
                [("mesh rollback 41 --dry-run", "what would change"), ("mesh rollback 41 -m 'v2 was slow'", "back to generation 41")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            WriteAnswer answer = await api.SendAsync<WriteAnswer>(
                HttpMethod.Post,
                result.GetValue(dryRun) ? "api/v1/rollback?dryRun=true" : "api/v1/rollback",
                string.Create(CultureInfo.InvariantCulture, $"{{\"generation\":{result.GetValue(generation)}}}"),
                cancellationToken,
                AuthorHeaders.Of(result.GetValue(message))).ConfigureAwait(false);
            return WriteReport.Write(tool, tool.Results(result), answer);
        });
        return verb.With(generation, dryRun, message);
    }
}
