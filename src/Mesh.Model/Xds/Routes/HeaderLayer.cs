namespace Mesh.Model.Xds;

/// <summary>Edits of headers as they stand in one place: a route, its virtual host, the configuration.</summary>
internal sealed record HeaderLayer(HeaderChanges Request, HeaderChanges Response)
{
    public int Count => Request.Count + Response.Count;

    public static HeaderLayer Of(Wire.Route route, XdsField at) => new(
        HeaderEditsCodec.Decode(route.RequestHeadersToAdd, route.RequestHeadersToRemove, at, "request"),
        HeaderEditsCodec.Decode(route.ResponseHeadersToAdd, route.ResponseHeadersToRemove, at, "response"));

    public static HeaderLayer Of(Wire.VirtualHost host, XdsField at) => new(
        HeaderEditsCodec.Decode(host.RequestHeadersToAdd, host.RequestHeadersToRemove, at, "request"),
        HeaderEditsCodec.Decode(host.ResponseHeadersToAdd, host.ResponseHeadersToRemove, at, "response"));

    public static HeaderLayer Of(Wire.RouteConfiguration routes, XdsField at) => new(
        HeaderEditsCodec.Decode(routes.RequestHeadersToAdd, routes.RequestHeadersToRemove, at, "request"),
        HeaderEditsCodec.Decode(routes.ResponseHeadersToAdd, routes.ResponseHeadersToRemove, at, "response"));
}
