using Google.Protobuf.WellKnownTypes;
using DelayCase = Mesh.Model.Xds.Wire.FaultDelay.FaultDelaySecifierOneofCase;
using AbortCase = Mesh.Model.Xds.Wire.FaultAbort.ErrorTypeOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Trouble made on purpose.</summary>
internal static class FaultCodec
{
    /// <summary>That requests may ask for trouble is said here only where nothing else is.</summary>
    public static Wire.HTTPFault Encode(RouteFault fault)
    {
        if (IsByHeadersAlone(fault))
        {
            return new()
            {
                Delay = new() { HeaderDelay = new(), Percentage = Percents.Encode(100) },
                Abort = new() { HeaderAbort = new(), Percentage = Percents.Encode(100) },
            };
        }

        Wire.HTTPFault message = new();
        if (fault.Delay is { } delay)
        {
            message.Delay = new() { FixedDelay = delay.FixedDelay.ToDuration(), Percentage = Percents.Encode(delay.Percent) };
        }

        if (fault.Abort is { } abort)
        {
            message.Abort = new() { Percentage = Percents.Encode(abort.Percent) };
            if (abort.GrpcStatus is { } grpcStatus)
            {
                message.Abort.GrpcStatus = (uint)grpcStatus;
            }
            else
            {
                message.Abort.HttpStatus = (uint)(abort.StatusCode ?? 0);
            }
        }

        return message;
    }

    /// <summary>Whether all it says is that requests may ask for trouble.</summary>
    public static bool IsByHeadersAlone(RouteFault fault) => fault is { AllowHeaders: true, Delay: null, Abort: null };

    /// <summary>With neither delay nor abort it means: none.</summary>
    public static RouteFault Decode(Wire.HTTPFault message, XdsField at)
    {
        at.Refuse("headers", message.Headers.Count > 0);
        at.Refuse("downstream_nodes", message.DownstreamNodes.Count > 0);
        at.Refuse("upstream_cluster", message.UpstreamCluster.Length > 0);
        at.Ignore("max_active_faults", message.MaxActiveFaults is not null);
        at.Ignore("response_rate_limit", message.ResponseRateLimit is not null);

        bool delayByHeader = message.Delay?.FaultDelaySecifierCase is DelayCase.HeaderDelay;
        bool abortByHeader = message.Abort?.ErrorTypeCase is AbortCase.HeaderAbort;
        if (delayByHeader || abortByHeader)
        {
            bool isForAll = delayByHeader && abortByHeader
                && Percents.Decode(message.Delay?.Percentage, at["delay"]["percentage"]) == 100
                && Percents.Decode(message.Abort?.Percentage, at["abort"]["percentage"]) == 100;
            if (!isForAll)
            {
                at.Fault("Requests may ask for both delay and abort, each at 100 per cent, or for neither.");
            }

            return new() { AllowHeaders = true };
        }

        return new()
        {
            Delay = message.Delay is { } delay ? Decode(delay, at["delay"]) : null,
            Abort = message.Abort is { } abort ? Decode(abort, at["abort"]) : null,
        };
    }

    private static FaultDelay? Decode(Wire.FaultDelay delay, XdsField at) =>
        WireValues.TimeOrNone(delay.FixedDelay, at["fixed_delay"]) is { } length
            ? new() { FixedDelay = length, Percent = Percents.Decode(delay.Percentage, at["percentage"]) }
            : null;

    private static FaultAbort? Decode(Wire.FaultAbort abort, XdsField at)
    {
        decimal percent = Percents.Decode(abort.Percentage, at["percentage"]);
        switch (abort.ErrorTypeCase)
        {
            case AbortCase.HttpStatus when abort.HttpStatus is >= 200 and < 600:
                return new() { StatusCode = (int)abort.HttpStatus, Percent = percent };
            case AbortCase.GrpcStatus when abort.GrpcStatus <= 16:
                return new() { GrpcStatus = (int)abort.GrpcStatus, Percent = percent };
            default:
                at.Fault("This needs an http_status from 200 to 599 or a grpc_status from 0 to 16.");
                return null;
        }
    }
}
