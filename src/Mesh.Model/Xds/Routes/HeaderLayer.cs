using Google.Protobuf.Collections;

namespace Mesh.Model.Xds;

/// <summary>Edits of headers as they stand in one place: a route, its virtual host, the configuration.</summary>
internal sealed record HeaderLayer(
    RepeatedField<Wire.HeaderValueOption> RequestAdded,
    RepeatedField<string> RequestRemoved,
    RepeatedField<Wire.HeaderValueOption> ResponseAdded,
    RepeatedField<string> ResponseRemoved,
    Place Place)
{
    public static HeaderLayer Of(Wire.Route route, Place place) =>
        new(route.RequestHeadersToAdd, route.RequestHeadersToRemove, route.ResponseHeadersToAdd, route.ResponseHeadersToRemove, place);

    public static HeaderLayer Of(Wire.VirtualHost host, Place place) =>
        new(host.RequestHeadersToAdd, host.RequestHeadersToRemove, host.ResponseHeadersToAdd, host.ResponseHeadersToRemove, place);

    public static HeaderLayer Of(Wire.RouteConfiguration routes, Place place) =>
        new(routes.RequestHeadersToAdd, routes.RequestHeadersToRemove, routes.ResponseHeadersToAdd, routes.ResponseHeadersToRemove, place);

    public HeaderEdits EditRequest(HeaderEdits before) => before.Then(RequestAdded, RequestRemoved, Place, "request");

    public HeaderEdits EditResponse(HeaderEdits before) => before.Then(ResponseAdded, ResponseRemoved, Place, "response");
}
