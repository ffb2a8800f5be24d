using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Text.Json;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Explanations;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh explain</c>.</summary>
internal static class ExplainCommand
{
    private const string Faulty = "These documents have faults:";

    public static Command Create(Tool tool)
    {
        Argument<string> method = new("method") { Description = "The request's method: GET, POST…", HelpName = "METHOD" };
        Argument<string> url = new("url") { Description = "What is called: http://catalog/items/1.", HelpName = "URL" };
        Option<string[]> headers = new("--header", "-H")
        {
            Description = "A header of the request. May be given several times.", HelpName = "NAME:VALUE",
        };
        Option<bool> grpc = new("--grpc") { Description = "It is a gRPC call." };
        Option<ServiceName> from = new("--from")
        {
            CustomParser = Arguments.Parser("--from"),
            Description = "Who calls. Not given: nobody in particular, in namespace default.", HelpName = "SERVICE[.NAMESPACE]",
        };
        from.CompletionSources.Add(new ServerNames(tool).AllServices);
        Option<string[]> labels = new("--label")
        {
            Description = "A label of the caller. May be given several times.", HelpName = "NAME=VALUE",
        };
        Option<string> peer = new("--as")
        {
            Description = "Who the caller has proven to be: tells whether it is let in, and by which policy. 'nobody' calls in plain text.", HelpName = "SPIFFE-ID",
        };
        Option<IPAddress> address = new("--address")
        {
            CustomParser = Arguments.Address("--address"), Description = "With --as: where the caller's connection comes from.", HelpName = "IP",
        };
        Option<string[]> files = FileOptions.Files(required: false);
        Verb verb = new("explain", "Tells which route a request takes, why the others do not, and how likely each endpoint gets it.")
        {
            Examples =
            [
                ("mesh explain GET http://catalog/items/1 -H x-tester:true --from web", "by the rules in force"),
                ("mesh explain GET http://catalog/items/1 -f mesh/", "by rules in files; needs no server"),
                ("mesh explain GET http://catalog/items/1 --as spiffe://mesh-1a2b3c4d5e6f/ns/default/sa/web", "may it?"),
            ],
        };
        verb.SetAction(async (result, cancellationToken) =>
        {
            Uri target = ParseUrl(result.GetValue(url)!);
            ImmutableArray<KeyValuePair<string, string>> sent =
            [
                .. Pairs(result.GetValue(headers), ':', "--header", "x-tester:true"),
                .. result.GetValue(grpc) ? new[] { KeyValuePair.Create("content-type", "application/grpc") } : [],
            ];
            ServiceIdentity caller = Caller(result.GetValue(from), Pairs(result.GetValue(labels), '=', "--label", "track=canary"));
            ExplainedRequest request = ExplainedRequest.Of(result.GetValue(method)!.ToUpperInvariant(), target, sent);
            ExplainedPeer? proven = Peer(result.GetValue(peer), result.GetValue(address));
            RequestExplanation? explanation = result.GetValue(files) is { Length: > 0 }
                ? ByFiles(tool, result, files, request, caller, proven)
                : await ByServerAsync(tool, result, request, caller, proven, cancellationToken).ConfigureAwait(false);
            if (explanation is null)
            {
                return ExitCode.Failed;
            }

            tool.Results(result).Write(explanation, (console, printed) => ExplanationReport.Write(console, request, printed));
            return ExitCode.Ok;
        });
        return verb.With(method, url, headers, grpc, from, labels, peer, address, files);
    }

    private static RequestExplanation? ByFiles(
        Tool tool, ParseResult result, Option<string[]> files, ExplainedRequest request, ServiceIdentity caller, ExplainedPeer? peer)
    {
        if (FileOptions.Read(tool, result, files, Faulty) is not { } sources)
        {
            return null;
        }

        MeshCheck check = sources.Check();
        if (check.State is not { } state)
        {
            FaultReport.Write(tool.Terminal, Faulty, check.Faults);
            return null;
        }

        KnownServices known = new(state.Services.Keys.Select(name => ServiceName.OfHost(name, caller.Namespace)));
        return StateExplainer.Explain(state, request, caller, peer)
            ?? throw new ToolException(
                ExitCode.NotFound,
                $"No document is about a service '{request.Url.Authority}', seen from namespace '{caller.Namespace}'."
                + known.Hint(ServiceName.OfHost(request.Url.Host, caller.Namespace), caller.Namespace));
    }

    private static async Task<RequestExplanation?> ByServerAsync(
        Tool tool, ParseResult result, ExplainedRequest request, ServiceIdentity caller, ExplainedPeer? peer, CancellationToken cancellationToken)
    {
        using MeshApi api = tool.Api(result);
        var question = new
        {
            method = request.Method, url = request.Url.AbsoluteUri, headers = request.Headers,
            from = new { service = caller.Name, @namespace = caller.Namespace, labels = caller.Labels },
            @as = peer is null ? null : peer.Id?.ToString() ?? ExplainedPeer.Nobody, address = peer?.Address?.ToString(),
        };
        return await KnownServices.HintAsync(
            api, ServiceName.OfHost(request.Url.Host, caller.Namespace), caller.Namespace,
            () => api.SendAsync<RequestExplanation>(
                HttpMethod.Post, "api/v1/explain", JsonSerializer.Serialize(question, ApiJson.Options), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new ToolException(ExitCode.Usage, $"'{text}' is no URL of a service, such as http://catalog/items/1.");

    private static ExplainedPeer? Peer(string? text, IPAddress? address) =>
        text is not null ? ExplainedPeer.TryOf(text, address)
            ?? throw new ToolException(ExitCode.Usage, $"--as '{text}' is no identity, such as spiffe://mesh-1a2b3c4d5e6f/ns/shop/sa/web, and not '{ExplainedPeer.Nobody}'.")
        : address is null ? null
        : throw new ToolException(ExitCode.Usage, "--address is for --as: policies alone ask where a caller is.");

    private static ServiceIdentity Caller(ServiceName? from, IEnumerable<KeyValuePair<string, string>> labels) => new()
    {
        Name = from?.Name ?? "", Namespace = from?.Namespace ?? ServiceIdentity.DefaultNamespace, Labels = Maps.Empty.SetItems(labels),
    };

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string[]? texts, char separator, string option, string example) =>
        (texts ?? []).Select(text => text.IndexOf(separator, StringComparison.Ordinal) is > 0 and var at
            ? KeyValuePair.Create(text[..at].Trim(), text[(at + 1)..].Trim())
            : throw new ToolException(ExitCode.Usage, $"{option} '{text}' has no value: write it as {example}."));
}
