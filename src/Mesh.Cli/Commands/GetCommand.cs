using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.Model;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh get</c>.</summary>
internal static class GetCommand
{
    private const string Yaml = "application/yaml";
    private const string NoServices = "The mesh has no services. `mesh apply -f FOLDER` gives it some.";

    public static Command Create(Tool tool) =>
        new Verb("get", "Shows documents as the server has them.")
        {
            Examples =
            [
                ("mesh get services", "all services"),
                ("mesh get services -o yaml > mesh.yaml", "their documents, to edit and to apply"),
                ("mesh get service catalog.shop -o yaml", "one service's document"),
                ("mesh get mesh-settings", "what holds for all services"),
                ("mesh get authorization-policies", "who may call what"),
                ("mesh get authorization-policy readers.shop -o yaml", "one policy's document"),
            ],
        }.With([Services(tool), Service(tool), Settings(tool), .. PolicyKind.All.SelectMany(kind => (Verb[])[Policies(tool, kind), Policy(tool, kind)])]);

    private static Verb Services(Tool tool)
    {
        Verb verb = new("services", "All services of the mesh.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            const string Path = "api/v1/documents?kind=Service";
            using MeshApi api = tool.Api(result);
            ResultWriter results = tool.Results(result);
            if (results.Format == OutputFormat.Yaml)
            {
                results.WriteText((await api.GetAsync(Path, Yaml, cancellationToken).ConfigureAwait(false)).Text);
                return ExitCode.Ok;
            }

            DocumentsAnswer answer = await api.GetAsync<DocumentsAnswer>(Path, cancellationToken).ConfigureAwait(false);
            if (results.Format == OutputFormat.Json)
            {
                results.Write(answer.All.ToArray(), (_, _) => { });
                return ExitCode.Ok;
            }

            ServicesAnswer all = await ServicesAnswer.AskAsync(api, cancellationToken).ConfigureAwait(false);
            int others = all.Services.Count(service => !service.HasDocument);
            results.WriteAll<JsonObject>([.. answer.All], others == 0 ? NoServices : Others(others), (console, printed) =>
            {
                Table table = Tables.Of("name", "namespace", "endpoints", "subsets", "routes");
                foreach (JsonObject service in printed)
                {
                    ServiceName name = new($"{service["name"]}", $"{service["namespace"]}");
                    table.Add(
                        name.Name, name.Namespace, all.Find(name)?.Endpoints?.ToString(CultureInfo.InvariantCulture), Count(service["subsets"]),
                        Count(service["routes"]));
                }

                console.Write(table);
                if (others > 0)
                {
                    console.WriteLine(Others(others));
                }
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Service(Tool tool)
    {
        Argument<ServiceName> name = Arguments.Service(tool);
        Verb verb = new("service", "One service's document.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            ServiceName shown = result.GetValue(name)!;
            return await KnownServices.HintAsync(
                api, shown, ServiceIdentity.DefaultNamespace, () => ShowAsync(tool, api, result, MeshApi.PathOf(shown), cancellationToken),
                cancellationToken).ConfigureAwait(false);
        });
        return verb.With(name);
    }

    private static Verb Settings(Tool tool)
    {
        Verb verb = new("mesh-settings", "The document of the mesh itself: what holds for all services.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            return await ShowAsync(tool, api, result, "api/v1/mesh-settings", cancellationToken).ConfigureAwait(false);
        });
        return verb;
    }

    private static Verb Policies(Tool tool, PolicyKind kind)
    {
        Verb verb = new(kind.Plural, $"{kind.Description}: all of these policies.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            string path = $"api/v1/documents?kind={kind.Kind}";
            using MeshApi api = tool.Api(result);
            ResultWriter results = tool.Results(result);
            if (results.Format == OutputFormat.Yaml)
            {
                results.WriteText((await api.GetAsync(path, Yaml, cancellationToken).ConfigureAwait(false)).Text);
                return ExitCode.Ok;
            }

            DocumentsAnswer answer = await api.GetAsync<DocumentsAnswer>(path, cancellationToken).ConfigureAwait(false);
            results.WriteAll<JsonObject>([.. answer.All], $"The mesh has no {kind.Kind}.", (console, printed) =>
            {
                Table table = Tables.Of("name", "namespace", "for", "says");
                foreach (JsonObject policy in printed)
                {
                    table.Add($"{policy["name"]}", $"{policy["namespace"]}", For(policy["selector"]), Says(policy));
                }

                console.Write(table);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Policy(Tool tool, PolicyKind kind)
    {
        Argument<PolicyName> name = Arguments.Policy();
        Verb verb = new(kind.Verb, "The document of one of them.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            return await ShowAsync(tool, api, result, kind.PathOf(result.GetValue(name)!), cancellationToken).ConfigureAwait(false);
        });
        return verb.With(name);
    }

    private static string For(JsonNode? selector) => selector is not JsonObject chosen ? "all"
        : string.Join(
            ", ",
            [
                .. chosen["service"] is { } service ? (string[])[$"{service}"] : [],
                .. (chosen["labels"] as JsonObject ?? []).Select(label => $"{label.Key}={label.Value}"),
            ]);

    private static string Says(JsonObject policy) => policy["mode"] is { } mode ? $"{mode}"
        : policy["ports"] is not null ? "by port"
        : $"{policy["action"] ?? "Allow"}, {Count(policy["rules"])} rules{($"{policy["dryRun"]}" == "true" ? ", dry run" : "")}";

    // A document is best read as it is written.
    private static async Task<int> ShowAsync(
        Tool tool, MeshApi api, ParseResult result, string path, CancellationToken cancellationToken)
    {
        ResultWriter results = tool.Results(result);
        if (results.Format == OutputFormat.Json)
        {
            results.Write(await api.GetAsync<JsonObject>(path, cancellationToken).ConfigureAwait(false), (_, _) => { });
        }
        else
        {
            ApiAnswer answer = await api.GetAsync(path, Yaml, cancellationToken).ConfigureAwait(false);
            results.WriteText(answer.Generation is { } generation ? Hint(generation) + answer.Text : answer.Text);
        }

        return ExitCode.Ok;
    }

    // Whoever edits it is not to undo what others write meanwhile.
    private static string Hint(long generation) => string.Create(
        CultureInfo.InvariantCulture,
        $"# Of generation {generation}. `mesh apply --if-generation {generation} -f FILE` writes it if nothing was written since.\n");

    private static string Others(int others) =>
        $"{(others == 1 ? "1 service has" : $"{others} services have")} registered and no document: `mesh endpoints` shows all.";

    private static string Count(JsonNode? node) => (node switch
    {
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        _ => 0,
    }).ToString(CultureInfo.InvariantCulture);
}
