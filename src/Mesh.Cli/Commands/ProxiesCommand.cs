using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh proxies</c>.</summary>
internal static class ProxiesCommand
{
    // Columns that may be cut.
    private const int Client = 0;
    private const int Service = 1;
    private const int Version = 2;
    private const int Address = 3;
    private const int Software = 4;

    private static readonly string[] s_headings =
        ["client", "service", "version", "address", "software", "age", "sync", "refused", "gaps"];

    public static Command Create(Tool tool)
    {
        Argument<string?> name = new("name")
        {
            Description = "Only this client, or the clients of this service, in detail. Not given: all, one line each.",
            HelpName = "ID|SERVICE[.NAMESPACE]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(new ServerNames(tool).ServicesOf(name));
        Verb verb = new(
            "proxies", "Shows the clients that follow the server: what each has, what it refused, and which rules it cannot honour.")
        {
            Examples = [("mesh proxies", "one line a client"), ("mesh proxies web", "the clients of service web, with reasons")],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            ClientsAnswer answer = await api.GetAsync<ClientsAnswer>("api/v1/clients", cancellationToken).ConfigureAwait(false);
            ClientEntry[] clients = [.. answer.Clients.Where(client => result.GetValue(name) is not { } wanted || Is(client, wanted))];
            if (result.GetValue(name) is { } missing && clients.Length == 0)
            {
                throw new ToolException(
                    ExitCode.NotFound, $"No client is called {missing} or belongs to a service of that name. `mesh proxies` lists all.");
            }

            tool.Results(result).WriteAll(clients, "No clients are connected.", (console, printed) =>
            {
                if (result.GetValue(name) is null)
                {
                    Tables.WriteCut(console, s_headings, [.. printed.Select(client => Row(client, answer.Time))], Client, Service, Version, Address, Software);
                    return;
                }

                foreach (ClientEntry client in printed)
                {
                    WriteDetails(console, client, answer.Time);
                }
            });
            return ExitCode.Ok;
        });
        return verb.With(name);
    }

    private static bool Is(ClientEntry client, string wanted) =>
        client.Id == wanted
            || (ServiceName.TryOf(wanted) is { } name
                && name.Name.Equals(client.Service, StringComparison.OrdinalIgnoreCase)
                && (!wanted.Contains('.', StringComparison.Ordinal)
                    || name.Namespace.Equals(client.Namespace, StringComparison.OrdinalIgnoreCase)));

    private static string?[] Row(ClientEntry client, DateTimeOffset now) =>
    [
        client.Id, client.FullName, client.Version, client.Address, client.UserAgent, Times.Since(client.ConnectedAt, now), SyncOf(client, now),
        client.LastNack is { } nack ? $"{Times.Since(nack.At, now)} ago" : null, Text(client.Gaps.Length),
    ];

    private static string SyncOf(ClientEntry client, DateTimeOffset now) => client.Sync switch
    {
        "nacked" => $"refuses {Text(client.Count("nacked"))} of {Text(client.Resources.Length)}",
        "behind" => Times.Since(client.BehindSince, now) is { } time ? $"behind for {time}" : "waits",
        _ => "in sync",
    };

    private static void WriteDetails(IAnsiConsole console, ClientEntry client, DateTimeOffset now)
    {
        string version = client.Version is { } said ? $" {said}" : "";
        string place = client.Locality is { } locality ? $" in {locality}" : "";
        string connected = client.ConnectedAt is { } since ? $", connected since {Times.Format(since)}" : "";
        console.WriteLine($"{client.Id}: {client.FullName}{version}{place} at {client.Address}, {client.UserAgent}{connected}: {SyncOf(client, now)}");
        if (client.LastNack is { } nack)
        {
            console.WriteLine($"last refused {nack.Type}, {Times.Format(nack.At)}: {nack.Reason}");
        }

        Table table = Tables.Of("type", "resource", "state", "acked", "reason");
        foreach (ResourceEntry resource in client.Resources)
        {
            table.Add(
                resource.Type[(resource.Type.LastIndexOf('.') + 1)..], resource.Name, resource.State,
                resource.AckedAt is { } acked ? Times.Format(acked) : null, resource.Error);
        }

        console.Write(table);
        foreach (GapEntry gap in client.Gaps)
        {
            console.WriteLine(gap.IsOfService
                ? $"cannot honour {gap.Service}{(string.IsNullOrEmpty(gap.Path) ? "" : $", {gap.Path}")}: {gap.Message}" : gap.Message);
        }

        console.WriteLine();
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
