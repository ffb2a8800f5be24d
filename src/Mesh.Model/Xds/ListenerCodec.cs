using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;
using Case = Mesh.Model.Xds.Wire.HttpConnectionManager.RouteSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>A service's listener: the name that is called, and where its routes are.</summary>
internal static class ListenerCodec
{
    /// <param name="name">As the client asked for it.</param>
    /// <param name="fullName">The service that it means.</param>
    /// <param name="profile">Who is to read it: for all the same.</param>
    public static Encoded<Wire.Listener> Encode(string name, string fullName, ClientProfile profile)
    {
        Wire.HttpConnectionManager manager = new()
        {
            Rds = new() { ConfigSource = new() { Ads = new() }, RouteConfigName = fullName },
            HttpFilters =
            {
                new Wire.HttpFilter { Name = FilterConfigs.FaultFilter, TypedConfig = Any.Pack(new Wire.HTTPFault()) },
                new Wire.HttpFilter { Name = FilterConfigs.RouterFilter, TypedConfig = Any.Pack(new Wire.Router()) },
            },
        };
        return new(new() { Name = name, ApiListener = new() { ApiListener_ = Any.Pack(manager) } }, []);
    }

    public static Decoded<XdsListener> Decode(Wire.Listener listener)
    {
        Place place = new();
        XdsListener decoded = new() { Name = listener.Name };
        Place at = place.Field("api_listener");
        if (listener.ApiListener?.ApiListener_ is not { } packed)
        {
            at.Fault("This is no listener of a client.");
        }
        else if (at.Field("api_listener").Unpack<Wire.HttpConnectionManager>(packed) is { } manager)
        {
            decoded = Decode(manager, decoded, at.Field("api_listener"));
        }

        return place.Result(decoded);
    }

    private static XdsListener Decode(Wire.HttpConnectionManager manager, XdsListener listener, Place place)
    {
        RouteFault? fault = null;
        for (int i = 0; i < manager.HttpFilters.Count; i++)
        {
            fault = Decode(manager.HttpFilters[i], place.Item("http_filters", i)) ?? fault;
        }

        return listener with
        {
            RouteConfigurationName = manager.RouteSpecifierCase is Case.Rds ? Name(manager.Rds, place.Field("rds")) : null,
            Routes = Routes(manager, place),
            Fault = fault,
            MaxStreamDuration = XdsDurations.Decode(
                manager.CommonHttpProtocolOptions?.MaxStreamDuration, place.Field("common_http_protocol_options.max_stream_duration")),
        };
    }

    private static XdsRouteConfiguration? Routes(Wire.HttpConnectionManager manager, Place place)
    {
        switch (manager.RouteSpecifierCase)
        {
            case Case.RouteConfig:
                return RouteConfigurationCodec.Decode(manager.RouteConfig, place.Field("route_config"));
            case Case.Rds:
                return null;
            default:
                place.Fault("This has none of rds, route_config.");
                return null;
        }
    }

    private static string Name(Wire.Rds rds, Place place)
    {
        if (rds.ConfigSource is not { Ads: not null } and not { Self: not null })
        {
            place.Field("config_source").Fault("Only ads and self are supported.");
        }

        if (rds.RouteConfigName.Length == 0)
        {
            place.Field("route_config_name").Fault("This is needed.");
        }

        return rds.RouteConfigName;
    }

    /// <summary>The faults that a filter makes; null where it makes none.</summary>
    private static RouteFault? Decode(Wire.HttpFilter filter, Place place)
    {
        Any config = filter.TypedConfig ?? new();
        if (filter.Disabled || config.Is(Wire.Router.Descriptor))
        {
            return null;
        }

        if (config.Is(Wire.HTTPFault.Descriptor))
        {
            Place at = place.Field("typed_config");
            RouteFault? fault = at.Unpack<Wire.HTTPFault>(config) is { } message ? FaultCodec.Decode(message, at) : null;
            return fault is { Delay: null, Abort: null, AllowHeaders: false } ? null : fault;
        }

        if (!filter.IsOptional)
        {
            place.Fault($"{Wording.Quote(filter.Name)}, {Wording.Quote(config.TypeUrl)}, is not supported, and not optional.");
        }

        return null;
    }
}
