using Mesh.Model;

namespace Mesh.Client.Filters;

/// <summary>
/// What a route does to its requests besides sending them on. In this order: the fault's delay, its abort, the direct response or the redirect; then the
/// request's headers and path are edited, and at the end the answer's headers, those of answers of the mesh's own too.
/// </summary>
internal sealed class RouteFilters
{
    private RouteFilters(MeshRoute settings)
    {
        Fault = settings.Fault is { } fault ? new FaultInjector(fault) : null;
        DirectResponse = settings.DirectResponse;
        Redirector = settings.Redirect is { } redirect ? new RequestRedirector(redirect, settings.Match) : null;
        Rewriter = settings.Rewrite is { } rewrite ? new RequestRewriter(rewrite, settings.Match) : null;
        RequestHeaders = HeaderEditor.For(settings.RequestHeaders);
        ResponseHeaders = HeaderEditor.For(settings.ResponseHeaders);
    }

    public FaultInjector? Fault { get; }

    public DirectResponse? DirectResponse { get; }

    public RequestRedirector? Redirector { get; }

    public RequestRewriter? Rewriter { get; }

    public HeaderEditor? RequestHeaders { get; }

    public HeaderEditor? ResponseHeaders { get; }

    /// <summary>Null where the route does no more than send requests on: then a call is spared all of this.</summary>
    public static RouteFilters? For(MeshRoute settings)
    {
        RouteFilters filters = new(settings);
        return filters is { Fault: null, DirectResponse: null, Redirector: null, Rewriter: null, RequestHeaders: null, ResponseHeaders: null }
            ? null
            : filters;
    }

    /// <summary>Edits the request. What it returns puts it back as it was; null: nothing is edited.</summary>
    public RequestEdits? Edit(HttpRequestMessage request)
    {
        if (Rewriter is null && RequestHeaders is null)
        {
            return null;
        }

        RequestEdits edits = new(request);
        Rewriter?.Apply(request);
        RequestHeaders?.Apply(request, edits);
        return edits;
    }
}
