using System.Globalization;
using Mesh.Model.Documents;

namespace Mesh.Model.Explanations;

/// <summary>What a route does with its requests besides sending them on, in words.</summary>
internal static class RouteActionWords
{
    public static IEnumerable<string> Of(MeshRoute route) =>
    [
        .. Of(route.Fault),
        .. Of(route.DirectResponse),
        .. Of(route.Redirect),
        .. Of("request", route.RequestHeaders),
        .. Of(route.Rewrite),
        .. route.Mirror.Select(mirror => $"copies {Shares.Percent(mirror.Percent)} to {Name(mirror.Service, mirror.Subset)}"),
        .. Of("response", route.ResponseHeaders),
        .. route.Timeout is { } timeout ? [$"times out after {Durations.Format(timeout)}"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Of(RouteFault? fault)
    {
        if (fault?.Delay is { } delay)
        {
            yield return $"{Shares.Percent(delay.Percent)} wait {Durations.Format(delay.FixedDelay)} first";
        }

        if (fault?.Abort is { } abort)
        {
            yield return $"{Shares.Percent(abort.Percent)} fail with {Status(abort.StatusCode, abort.GrpcStatus)} instead";
        }

        if (fault is { AllowHeaders: true })
        {
            yield return "headers of a request may ask for faults";
        }
    }

    private static IEnumerable<string> Of(DirectResponse? response) =>
        response is null ? [] : [$"answers with {Status(response.StatusCode, response.GrpcStatus)}, without a call"];

    private static IEnumerable<string> Of(RouteRedirect? redirect)
    {
        if (redirect is not null)
        {
            string?[] parts =
            [
                redirect.Scheme is { } scheme ? $"scheme {scheme}" : null,
                redirect.Hostname is { } host ? $"host {host}" : null,
                redirect.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"port {port}") : null,
                Path(redirect.ReplaceFullPath, redirect.ReplacePrefixMatch),
            ];
            yield return $"redirects with {redirect.StatusCode} to {string.Join(", ", parts.OfType<string>())}";
        }
    }

    private static IEnumerable<string> Of(RouteRewrite? rewrite)
    {
        if (rewrite is not null)
        {
            string?[] parts =
            [
                rewrite.Hostname is { } host ? $"host {host}" : null,
                Path(rewrite.ReplaceFullPath, rewrite.ReplacePrefixMatch),
                rewrite.Regex is { Pattern: { } pattern } regex ? $"the path, of which {pattern} becomes {regex.Substitution}" : null,
            ];
            yield return $"rewrites to {string.Join(", ", parts.OfType<string>())}";
        }
    }

    private static IEnumerable<string> Of(string side, HeaderEdits edits) =>
    [
        .. edits.Set.Select(header => $"sets the {side} header {header.Key} to '{header.Value}'"),
        .. edits.Add.Select(header => $"adds the {side} header {header.Key} '{header.Value}'"),
        .. edits.Remove.Select(header => $"removes the {side} header {header}"),
    ];

    private static string? Path(string? full, string? prefix) =>
        full is not null ? $"path {full}" : prefix is not null ? $"prefix {prefix} of the path" : null;

    private static string Status(int? http, int? grpc) => grpc is { } status
        ? string.Create(CultureInfo.InvariantCulture, $"gRPC status {status}")
        : string.Create(CultureInfo.InvariantCulture, $"{http}");

    private static string Name(string? service, string? subset) => (service, subset) switch
    {
        (null, null) => "the service itself",
        (null, _) => $"subset {subset}",
        (_, null) => service,
        _ => $"{service}, subset {subset}",
    };
}
