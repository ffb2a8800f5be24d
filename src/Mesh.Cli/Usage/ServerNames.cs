using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Splitting;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Cli.Usage;

/// <summary>Names that the config server knows, for shells to complete: none where it does not answer at once.</summary>
internal sealed class ServerNames(Tool tool)
{
    // Whoever presses Tab waits for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    /// <summary>All services, until one is named.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> ServicesOf(Argument argument) => context =>
        IsNamed(argument, context) ? [] : Services(context);

    /// <summary>The same with those that have no document.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> CalledServicesOf(Argument argument) => context =>
        IsNamed(argument, context) ? [] : Ask(context, async (api, cancellationToken) =>
        {
            EndpointsAnswer answer = await EndpointsAnswer.AskAsync(api, null, cancellationToken).ConfigureAwait(false);
            return answer.Services.Select(service => NameOf(service.Service, service.Namespace));
        });

    /// <summary>All services.</summary>
    public IEnumerable<CompletionItem> Services(CompletionContext context) => Ask(context, async (api, cancellationToken) =>
    {
        DocumentsAnswer answer =
            await api.GetAsync<DocumentsAnswer>("api/v1/documents?kind=Service", cancellationToken).ConfigureAwait(false);
        return answer.All.Select(service => NameOf($"{service["name"]}", $"{service["namespace"]}"));
    });

    /// <summary>The subsets of the service that is named already, ready for their weights.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> Weights(Argument<ServiceName> service) => context =>
        OfDocument(
            context, service,
            async (api, name, document, cancellationToken) => new Subsets(
                document, (await EndpointsAnswer.AskAsync(api, name, cancellationToken).ConfigureAwait(false)).Registered).Known,
            "=");

    /// <summary>The routes of the service that is named already.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> Routes(Argument<ServiceName> service) => context =>
        OfDocument(
            context, service,
            (_, _, document, _) => Task.FromResult(DocumentRoute.All(document["routes"]).Select(route => route.Name)));

    private static bool IsNamed(Argument argument, CompletionContext context) =>
        context.ParseResult.GetResult(argument)?.Tokens is [{ Value: var text }] && text != context.WordToComplete;

    private static string NameOf(string name, string space) => space == ServiceIdentity.DefaultNamespace ? name : $"{name}.{space}";

    private CompletionItem[] OfDocument(
        CompletionContext context, Argument<ServiceName> service,
        Func<MeshApi, ServiceName, JsonObject, CancellationToken, Task<IEnumerable<string>>> names, string end = "") =>
        context.ParseResult.GetResult(service)?.Tokens is [{ Value: var text }] && ServiceName.TryOf(text) is { } name
            ? Ask(
                context,
                async (api, cancellationToken) =>
                {
                    JsonObject document = await api.GetAsync<JsonObject>(MeshApi.PathOf(name), cancellationToken).ConfigureAwait(false);
                    return await names(api, name, document, cancellationToken).ConfigureAwait(false);
                },
                end)
            : [];

    // Of what the server says only names get into a command line: a shell would run what is none.
    private CompletionItem[] Ask(
        CompletionContext context, Func<MeshApi, CancellationToken, Task<IEnumerable<string>>> ask, string end = "")
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            using MeshApi api = tool.Api(context.ParseResult);
            IEnumerable<string> names = ask(api, patience.Token).GetAwaiter().GetResult();
            return [.. names.Where(Names.IsDotted).Select(name => new CompletionItem(name + end))];
        }
        catch (Exception exception) when (exception is ToolException or OperationCanceledException)
        {
            // A shell has no place to tell why: the command itself does, once it runs.
            return [];
        }
    }
}
