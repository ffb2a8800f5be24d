using Google.Protobuf.Collections;

namespace Mesh.Model.Xds;

/// <summary>Edits of headers as they stand in one place: a route, its virtual host, the configuration.</summary>
internal sealed record HeaderLayer(
    RepeatedField<Wire.HeaderValueOption> RequestAdded,
    RepeatedField<string> RequestRemoved,
    RepeatedField<Wire.HeaderValueOption> ResponseAdded,
    RepeatedField<string> ResponseRemoved,
    XdsField At)
{
    public static HeaderLayer Of(Wire.Route route, XdsField at) =>
        new(route.RequestHeadersToAdd, route.RequestHeadersToRemove, route.ResponseHeadersToAdd, route.ResponseHeadersToRemove, at);

    public static HeaderLayer Of(Wire.VirtualHost host, XdsField at) =>
        new(host.RequestHeadersToAdd, host.RequestHeadersToRemove, host.ResponseHeadersToAdd, host.ResponseHeadersToRemove, at);

    public static HeaderLayer Of(Wire.RouteConfiguration routes, XdsField at) =>
        new(routes.RequestHeadersToAdd, routes.RequestHeadersToRemove, routes.ResponseHeadersToAdd, routes.ResponseHeadersToRemove, at);

    public HeaderEdits EditRequest(HeaderEdits before) => before.Then(RequestAdded, RequestRemoved, At, "request");

    public HeaderEdits EditResponse(HeaderEdits before) => before.Then(ResponseAdded, ResponseRemoved, At, "response");
}
