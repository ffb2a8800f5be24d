using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.Model;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh endpoints</c>.</summary>
internal static class EndpointsCommand
{
    // Columns that may be cut.
    private const int Service = 0;
    private const int Address = 1;
    private const int Locality = 8;
    private const int Instance = 9;

    private static readonly string[] s_headings =
        ["service", "address", "state", "origin", "age", "heard", "tls", "version", "locality", "instance"];

    public static Command Create(Tool tool)
    {
        Argument<ServiceName> name = Arguments.AnyService(tool, "Only this service. Not given: all.");
        Verb verb = new("endpoints", "Shows where services are called, by whose word, and how each endpoint is.")
        {
            Examples =
            [
                ("mesh endpoints", "of all services"), ("mesh endpoints catalog", "of one service"),
                ("mesh endpoints catalog.shop -o json", "with labels, weights and priorities, for scripts"),
            ],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            EndpointsAnswer answer = await EndpointsAnswer.AskAsync(api, result.GetValue(name), cancellationToken).ConfigureAwait(false);
            if (result.GetValue(name) is { } missing && answer.Services.IsEmpty)
            {
                throw await NotFoundAsync(api, missing, cancellationToken).ConfigureAwait(false);
            }

            tool.Results(result).WriteAll(
                answer.Services, "The mesh has no services: nobody has registered, and there are no documents.",
                (console, services) => Write(console, services, answer.Time));
            return ExitCode.Ok;
        });
        return verb.With(name);
    }

    private static async Task<ToolException> NotFoundAsync(MeshApi api, ServiceName name, CancellationToken cancellationToken)
    {
        EndpointsAnswer all = await EndpointsAnswer.AskAsync(api, null, cancellationToken).ConfigureAwait(false);
        string hint = all.Known.Hint(name, ServiceIdentity.DefaultNamespace);
        return new ToolException(
            ExitCode.NotFound,
            $"The mesh has no service {name}: it has no document, and nobody has registered for it in the last hour."
            + (hint.Length > 0 ? hint : " `mesh endpoints` lists all."));
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<ServiceEntry> services, DateTimeOffset now)
    {
        Tables.WriteCut(console, s_headings, [.. services.SelectMany(service => Rows(service, now))], Service, Address, Locality, Instance);
        string[] remarks = [.. services.SelectMany(service => Remarks(service, now))];
        if (remarks.Length > 0)
        {
            console.WriteLine();
            Array.ForEach(remarks, remark => console.WriteLine(remark));
        }
    }

    private static IEnumerable<string?[]> Rows(ServiceEntry service, DateTimeOffset now) => service.Endpoints switch
    {
        null => [[service.FullName, null, "elsewhere", "document", null, null, null, null, null, null]],
        [] => [[service.FullName, null, "none", service.HasDocument ? "document" : "registered", null, null, null, null, null, null]],
        { } endpoints => endpoints.OrderBy(endpoint => endpoint.Address, StringComparer.Ordinal).Select(endpoint => (string?[])
        [
            service.FullName, endpoint.Address, endpoint.State, endpoint.Origin, Times.Since(endpoint.RegisteredAt, now),
            Times.Since(endpoint.LastHeard, now), endpoint.Tls, endpoint.Version, endpoint.Locality, endpoint.Instance,
        ]),
    };

    private static IEnumerable<string> Remarks(ServiceEntry service, DateTimeOffset now)
    {
        if (service.IsEmpty && service.EmptySince is { } since)
        {
            yield return $"{service.FullName}: the last instance went {Times.Since(since, now)} ago.";
        }

        if (service.HiddenBy is { } owner)
        {
            yield return $"{service.FullName} is not called: it is a host of {owner}, by that one's document.";
        }

        foreach (EndpointEntry unhealthy in (service.Endpoints ?? []).Where(endpoint => endpoint.Reason is not null))
        {
            yield return $"{service.FullName} at {unhealthy.Address} is unhealthy: {unhealthy.Reason}.";
        }

        if (service.IsFlapping)
        {
            yield return $"{service.FullName} flaps: {service.Comings} instances came and {service.Goings} went in the last 5 minutes.";
        }
    }
}
