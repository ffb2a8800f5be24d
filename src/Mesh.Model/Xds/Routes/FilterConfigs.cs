using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>What is said for filters in one place: the fault filter's, and what we say ourselves. Null: nothing.</summary>
internal sealed record FilterConfigs(RouteFault? Fault, Wire.RouteExtension? Extension)
{
    public const string FaultFilter = "envoy.filters.http.fault";
    public const string RouterFilter = "envoy.filters.http.router";
    public const string OurOwn = "mesh";

    // For browsers, which are never behind a client of ours.
    private const string CrossOrigin = "/envoy.extensions.filters.http.cors.v3.";

    public static void Encode(RouteFault? fault, Wire.RouteExtension extension, MapField<string, Any> configs)
    {
        if (fault is not null)
        {
            configs[FaultFilter] = Any.Pack(FaultCodec.Encode(fault));
        }

        if (extension.CalculateSize() > 0)
        {
            configs[OurOwn] = Any.Pack(new Wire.FilterConfig
            {
                Config = Any.Pack(extension), IsOptional = RouteExtensions.IsOptional(extension),
            });
        }
    }

    public static FilterConfigs Decode(MapField<string, Any> configs, XdsField at)
    {
        FilterConfigs found = new(null, null);
        foreach ((string name, Any value) in configs)
        {
            XdsField configAt = at["typed_per_filter_config", name];
            bool isWrapped = value.Is(Wire.FilterConfig.Descriptor);
            Wire.FilterConfig? wrapper = isWrapped ? configAt.Unpack<Wire.FilterConfig>(value) : new() { Config = value };
            if (wrapper is not null)
            {
                found = found.With(wrapper.Config ?? new(), wrapper.IsOptional, wrapper.Disabled, name, configAt);
            }
        }

        return found;
    }

    private FilterConfigs With(Any config, bool isOptional, bool isDisabled, string name, XdsField at)
    {
        if (isDisabled)
        {
            // The usual name of the filter is all there is to go by.
            return name == FaultFilter ? this with { Fault = new() } : this;
        }

        if (config.Is(Wire.HTTPFault.Descriptor))
        {
            return at.Unpack<Wire.HTTPFault>(config) is { } fault ? this with { Fault = FaultCodec.Decode(fault, at) } : this;
        }

        if (config.Is(Wire.RouteExtension.Descriptor))
        {
            return at.Unpack<Wire.RouteExtension>(config) is { } extension ? this with { Extension = extension } : this;
        }

        if (!isOptional && !config.TypeUrl.Contains(CrossOrigin, StringComparison.Ordinal))
        {
            at.Fault($"{Wording.Quote(config.TypeUrl)} is not supported, and not optional.");
        }

        return this;
    }
}
