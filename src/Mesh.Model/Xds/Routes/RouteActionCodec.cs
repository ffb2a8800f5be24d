using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>Where a route's requests go, and how.</summary>
internal static class RouteActionCodec
{
    public static Wire.RouteAction Encode(MeshRoute route, Wire.RouteExtension extension, RouteNames names)
    {
        // None is said as 0, for not to say anything means 15 s to some.
        Duration timeout = route.Timeout?.ToDuration() ?? new();
        Wire.RouteAction action = new()
        {
            Timeout = timeout,
            MaxStreamDuration = new() { MaxStreamDuration_ = timeout.Clone() },
            IdleTimeout = route.IdleTimeout?.ToDuration(),
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
        MeshRoute route, Wire.RouteAction action, Wire.RouteMatch match, Wire.RouteExtension extension, RouteDefaults defaults, XdsField at)
    {
        at.Refuse("metadata_match", action.MetadataMatch is not null);
        at.Refuse("internal_redirect_policy", action.InternalRedirectPolicy is not null);
        at.Ignore("hash_policy", action.HashPolicy.Count > 0);
        bool hasPolicy = action.RetryPolicy is not null;
        return route with
        {
            To = RouteTargetsCodec.Decode(action, defaults.Names, at),
            Rewrite = RewriteCodec.Decode(action, match, extension, at),
            Mirror = action.RequestMirrorPolicies.Count > 0
                ? MirrorCodec.Decode(action.RequestMirrorPolicies, extension.MirrorMaxRequests, defaults.Names, at)
                : defaults.Mirror,
            Timeout = Timeout(action, at),
            IdleTimeout = WireValues.TimeOrNone(action.IdleTimeout, at["idle_timeout"]),
            Retry = hasPolicy || defaults.Retry is null
                ? RetryCodec.Decode(action.RetryPolicy, extension, at["retry_policy"])
                : defaults.Retry,
        };
    }

    private static TimeSpan? Timeout(Wire.RouteAction action, XdsField at)
    {
        XdsField stream = at["max_stream_duration"];
        return action.MaxStreamDuration switch
        {
            { GrpcTimeoutHeaderMax: { } most } => WireValues.TimeOrNone(most, stream["grpc_timeout_header_max"]),
            { MaxStreamDuration_: { } most } => WireValues.TimeOrNone(most, stream["max_stream_duration"]),
            _ => WireValues.TimeOrNone(action.Timeout, at["timeout"]),
        };
    }
}
