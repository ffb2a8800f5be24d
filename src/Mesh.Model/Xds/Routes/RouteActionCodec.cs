using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>Where a route's requests go, and how.</summary>
internal static class RouteActionCodec
{
    public static Wire.RouteAction Encode(MeshRoute route, Wire.RouteExtension extension, RouteNames names)
    {
        // None is said as 0, for not to say anything means 15 s to some.
        Duration timeout = XdsDurations.Encode(route.Timeout) ?? new();
        Wire.RouteAction action = new()
        {
            Timeout = timeout,
            MaxStreamDuration = new() { MaxStreamDuration_ = timeout.Clone() },
            IdleTimeout = XdsDurations.Encode(route.IdleTimeout),
        };
        RouteTargetsCodec.Encode(route.To, action, names);
        MirrorCodec.Encode(route.Mirror, action, extension, names);
        RetryCodec.Encode(route.Retry, action, extension);
        if (route.Rewrite is { } rewrite)
        {
            RewriteCodec.Encode(rewrite, route.Match, action, extension);
        }

        return action;
    }

    /// <summary>The route with what the action says.</summary>
    public static MeshRoute Decode(
        MeshRoute route, Wire.RouteAction action, Wire.RouteMatch match, Wire.RouteExtension extension, RouteDefaults defaults, Place place)
    {
        place.Refuse("metadata_match", action.MetadataMatch is not null);
        place.Refuse("internal_redirect_policy", action.InternalRedirectPolicy is not null);
        place.Ignore("hash_policy", action.HashPolicy.Count > 0);
        bool hasPolicy = action.RetryPolicy is not null;
        return route with
        {
            To = RouteTargetsCodec.Decode(action, defaults.Names, place),
            Rewrite = RewriteCodec.Decode(action, match, extension, place),
            Mirror = action.RequestMirrorPolicies.Count > 0
                ? MirrorCodec.Decode(action.RequestMirrorPolicies, extension.MirrorMaxRequests, defaults.Names, place)
                : defaults.Mirror,
            Timeout = Timeout(action, place),
            IdleTimeout = XdsDurations.Decode(action.IdleTimeout, place.Field("idle_timeout")),
            Retry = hasPolicy || defaults.Retry is null
                ? RetryCodec.Decode(action.RetryPolicy, extension, place.Field("retry_policy"))
                : defaults.Retry,
        };
    }

    private static TimeSpan? Timeout(Wire.RouteAction action, Place place)
    {
        Place stream = place.Field("max_stream_duration");
        return action.MaxStreamDuration switch
        {
            { GrpcTimeoutHeaderMax: { } most } => XdsDurations.Decode(most, stream.Field("grpc_timeout_header_max")),
            { MaxStreamDuration_: { } most } => XdsDurations.Decode(most, stream.Field("max_stream_duration")),
            _ => XdsDurations.Decode(action.Timeout, place.Field("timeout")),
        };
    }
}
