using Case = Mesh.Model.Xds.Wire.Route.ActionOneofCase;

namespace Mesh.Model.Xds;

/// <summary>A route, which has several matches in the model and one in xDS.</summary>
internal static class RouteCodec
{
    /// <param name="route">With names of services as the settings have them.</param>
    /// <param name="names">The service that it belongs to.</param>
    /// <param name="profile">Only the mesh's own clients get our own words.</param>
    /// <param name="standsForNone">Whether it is there because there are no routes.</param>
    public static IEnumerable<Wire.Route> Encode(MeshRoute route, RouteNames names, ClientProfile profile, bool standsForNone)
    {
        Wire.RouteExtension extension = new() { StandsForNone = standsForNone };
        Wire.Route shared = new() { Name = route.Name };
        if (route.Redirect is { } redirect)
        {
            shared.Redirect = RedirectCodec.Encode(redirect, route.Match, extension);
        }
        else if (route.DirectResponse is { } response)
        {
            shared.DirectResponse = DirectResponseCodec.Encode(response, extension);
        }
        else
        {
            shared.Route_ = RouteActionCodec.Encode(route, extension, names);
        }

        HeaderEditsCodec.Encode(route.RequestHeaders, shared.RequestHeadersToAdd, shared.RequestHeadersToRemove);
        HeaderEditsCodec.Encode(route.ResponseHeaders, shared.ResponseHeadersToAdd, shared.ResponseHeadersToRemove);
        extension.AllowFaultHeaders = route.Fault is { AllowHeaders: true } fault && !FaultCodec.IsByHeadersAlone(fault);
        foreach (RouteMatch match in route.Match.DefaultIfEmpty(new()))
        {
            Wire.Route message = shared.Clone();
            (message.Match, extension.Match) = RouteMatchCodec.Encode(match);
            FilterConfigs.Encode(route.Fault, profile is ClientProfile.Mesh ? extension : new(), message.TypedPerFilterConfig);
            if (profile is ClientProfile.Grpc)
            {
                GrpcWords.Choose(message.Match);
            }

            yield return message;
        }
    }

    /// <summary>The route with its one match, and our own words in it.</summary>
    public static (MeshRoute Route, Wire.RouteExtension Extension) Decode(Wire.Route message, RouteDefaults defaults, XdsField at)
    {
        FilterConfigs filters = FilterConfigs.Decode(message.TypedPerFilterConfig, at);
        Wire.RouteExtension extension = filters.Extension ?? new();
        Wire.RouteMatch wireMatch = message.Match ?? new();
        RouteMatch match = RouteMatchCodec.Decode(wireMatch, extension.Match, at["match"]);

        if (extension.ReplacePrefixMatch.Length > 0 && match is { Path: null, PathPrefix: null, PathStart: null, PathRegex: null })
        {
            // The prefix of every path is left unsaid, but for where it is replaced.
            match = match with { PathPrefix = "/" };
        }

        RouteFault? fault = filters.Fault ?? defaults.Fault;
        MeshRoute route = new()
        {
            Name = message.Name,
            Match = [match],
            Fault = extension.AllowFaultHeaders ? (fault ?? new()) with { AllowHeaders = true } : fault,
        };

        route = Edited(route, [.. defaults.Layers(HeaderLayer.Of(message, at))], at);

        switch (message.ActionCase)
        {
            case Case.Route_:
                route = RouteActionCodec.Decode(route, message.Route_, wireMatch, extension, defaults, at["route"]);
                break;
            case Case.Redirect:
                route = route with { Redirect = RedirectCodec.Decode(message.Redirect, wireMatch, extension, at["redirect"]) };
                break;
            case Case.DirectResponse:
                route = route with
                {
                    DirectResponse = DirectResponseCodec.Decode(message.DirectResponse, extension, at["direct_response"]),
                };
                break;
            default:
                at.Fault("Only route, redirect and direct_response are supported.");
                break;
        }

        return (route, extension);
    }

    private static MeshRoute Edited(MeshRoute route, HeaderLayer[] layers, XdsField at)
    {
        if (!at.TakeEdits(layers.Sum(layer => layer.Count)))
        {
            at.Fault("With this route there are more edits of headers than one resource may have.");
            return route;
        }

        return route with
        {
            RequestHeaders = layers.Aggregate(route.RequestHeaders, (edits, layer) => layer.Request.After(edits)),
            ResponseHeaders = layers.Aggregate(route.ResponseHeaders, (edits, layer) => layer.Response.After(edits)),
        };
    }
}
