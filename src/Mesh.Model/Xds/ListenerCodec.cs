using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;
using Case = Mesh.Model.Xds.Wire.HttpConnectionManager.RouteSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>A service's listener: the name that is called, and where its routes are.</summary>
internal static class ListenerCodec
{
    /// <param name="name">As the client asked for it.</param>
    /// <param name="fullName">The service that it means.</param>
    /// <param name="born">
    /// The generation in which the service came. grpc-js takes no notice of a listener that comes back just as it was before it went.
    /// </param>
    /// <param name="profile">Who is to read it: for all the same.</param>
    public static Encoded<Wire.Listener> Encode(string name, string fullName, long born, ClientProfile profile)
    {
        Wire.HttpConnectionManager manager = new()
        {
            StatPrefix = string.Create(CultureInfo.InvariantCulture, $"{fullName}/{born}"),
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
        XdsField at = XdsField.Resource();
        XdsListener decoded = new() { Name = listener.Name };
        XdsField apiAt = at["api_listener"];
        if (listener.ApiListener?.ApiListener_ is not { } packed)
        {
            apiAt.Fault("This is no listener of a client.");
        }
        else if (apiAt["api_listener"].Unpack<Wire.HttpConnectionManager>(packed) is { } manager)
        {
            decoded = Decode(manager, decoded, apiAt["api_listener"]);
        }

        return at.Decoded(decoded);
    }

    private static XdsListener Decode(Wire.HttpConnectionManager manager, XdsListener listener, XdsField at)
    {
        RouteFault? fault = null;
        for (int i = 0; i < manager.HttpFilters.Count; i++)
        {
            fault = Decode(manager.HttpFilters[i], at["http_filters", i]) ?? fault;
        }

        return listener with
        {
            RouteConfigurationName = manager.RouteSpecifierCase is Case.Rds ? Name(manager.Rds, at["rds"]) : null,
            Routes = Routes(manager, at),
            Fault = fault,
            MaxStreamDuration = WireValues.TimeOrNone(
                manager.CommonHttpProtocolOptions?.MaxStreamDuration, at["common_http_protocol_options"]["max_stream_duration"]),
        };
    }

    private static XdsRouteConfiguration? Routes(Wire.HttpConnectionManager manager, XdsField at)
    {
        switch (manager.RouteSpecifierCase)
        {
            case Case.RouteConfig:
                return RouteConfigurationCodec.Decode(manager.RouteConfig, at["route_config"]);
            case Case.Rds:
                return null;
            default:
                at.Fault("This has none of rds, route_config.");
                return null;
        }
    }

    private static string Name(Wire.Rds rds, XdsField at)
    {
        if (rds.ConfigSource is not { Ads: not null } and not { Self: not null })
        {
            at["config_source"].Fault("Only ads and self are supported.");
        }

        if (rds.RouteConfigName.Length == 0)
        {
            at["route_config_name"].Fault("This is needed.");
        }

        return rds.RouteConfigName;
    }

    /// <summary>The faults that a filter makes; null where it makes none.</summary>
    private static RouteFault? Decode(Wire.HttpFilter filter, XdsField at)
    {
        Any config = filter.TypedConfig ?? new();
        if (filter.Disabled || config.Is(Wire.Router.Descriptor))
        {
            return null;
        }

        if (config.Is(Wire.HTTPFault.Descriptor))
        {
            XdsField configAt = at["typed_config"];
            RouteFault? fault = configAt.Unpack<Wire.HTTPFault>(config) is { } message ? FaultCodec.Decode(message, configAt) : null;
            return fault is { Delay: null, Abort: null, AllowHeaders: false } ? null : fault;
        }

        if (!filter.IsOptional)
        {
            at.Fault($"{Wording.Quote(filter.Name)}, {Wording.Quote(config.TypeUrl)}, is not supported, and not optional.");
        }

        return null;
    }
}
