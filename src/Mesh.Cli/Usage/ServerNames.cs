using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Splitting;
using Mesh.Model.Documents;

namespace Mesh.Cli.Usage;

/// <summary>Names that the config server knows, for shells to complete: none where it does not answer at once.</summary>
internal sealed class ServerNames(Tool tool)
{
    private const string PatienceVariable = "MESH_COMPLETION_TIMEOUT";

    // Whoever presses Tab waits for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    private static readonly Scalar<TimeSpan> s_patienceShape = Durations.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));

    private TimeSpan Patience => tool.Terminal.Environment(PatienceVariable) is { } text
        && s_patienceShape.Parse(text) is { State: ParseState.Good, Value: var given } ? given : s_patience;

    /// <summary>All services with a document, until one is named.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> DocumentsOf(Argument argument) => context =>
        IsNamed(argument, context) ? [] : Services(context, service => service.HasDocument);

    /// <summary>The same with those that have no document.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> ServicesOf(Argument argument) => context =>
        IsNamed(argument, context) ? [] : AllServices(context);

    /// <summary>All services, whoever knows of them.</summary>
    public IEnumerable<CompletionItem> AllServices(CompletionContext context) => Services(context, _ => true);

    /// <summary>The subsets of the service that is named already, ready for their weights.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> Weights(Argument<ServiceName> service) => context =>
        Of(
            context, service,
            async (api, name, cancellationToken) =>
            {
                SplitSource source = await SplitSource.AskAsync(api, name, cancellationToken).ConfigureAwait(false);
                return new Subsets(source.Document, source.Called.Registered).Known;
            },
            "=");

    /// <summary>The routes of the service that is named already.</summary>
    public Func<CompletionContext, IEnumerable<CompletionItem>> Routes(Argument<ServiceName> service) => context =>
        Of(context, service, async (api, name, cancellationToken) =>
        {
            JsonObject document = await api.GetAsync<JsonObject>(MeshApi.PathOf(name), cancellationToken).ConfigureAwait(false);
            return DocumentRoute.All(document["routes"]).Select(route => route.Name);
        });

    private static bool IsNamed(Argument argument, CompletionContext context) =>
        context.ParseResult.GetResult(argument)?.Tokens is [{ Value: var text }] && text != context.WordToComplete;

    private CompletionItem[] Of(
        CompletionContext context, Argument<ServiceName> service,
        Func<MeshApi, ServiceName, CancellationToken, Task<IEnumerable<string>>> names, string end = "") =>
        context.ParseResult.GetResult(service)?.Tokens is [{ Value: var text }] && ServiceName.TryOf(text) is { } name
            ? Ask(context, (api, cancellationToken) => names(api, name, cancellationToken), end) : [];

    private CompletionItem[] Services(CompletionContext context, Func<ListedService, bool> isMeant) => Ask(
        context, async (api, cancellationToken) => (await ServicesAnswer.AskAsync(api, cancellationToken).ConfigureAwait(false))
            .Services.Where(isMeant).Select(service => service.Name.Short));

    // Of what the server says only names get into a command line: a shell would run what is none.
    private CompletionItem[] Ask(
        CompletionContext context, Func<MeshApi, CancellationToken, Task<IEnumerable<string>>> ask, string end = "")
    {
        using CancellationTokenSource patience = new(Patience);
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
