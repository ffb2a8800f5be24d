using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;
using static Mesh.Model.Xds.Wire.HealthCheck;

namespace Mesh.Model.Xds;

/// <summary>Questions asked of an endpoint to learn whether it is well.</summary>
internal static class HealthCheckCodec
{
    // As many as there are.
    private const int MostStatusCodes = 500;

    private static readonly HealthCheckSettings s_defaults = new();

    public static void Encode(HealthCheckSettings? settings, ClusterMessages messages)
    {
        if (settings is null)
        {
            return;
        }

        messages.Cluster.HealthChecks.Add(Message(settings));
        if (settings.HttpPath is null ? !settings.StatusCodes.SequenceEqual(s_defaults.StatusCodes) : settings.StatusCodes.IsEmpty)
        {
            messages.Extra.HealthCheck = new() { StatusCodes = { settings.StatusCodes.Select(code => (uint)code) } };
        }
    }

    /// <summary>What is asked, and how often.</summary>
    public static Wire.HealthCheck Message(HealthCheckSettings settings)
    {
        Wire.HealthCheck check = new()
        {
            Timeout = settings.Timeout.ToDuration(),
            Interval = settings.Interval.ToDuration(),
            HealthyThreshold = (uint)settings.HealthyThreshold,
            UnhealthyThreshold = (uint)settings.UnhealthyThreshold,
        };
        if (settings.HttpPath is not null)
        {
            check.HttpHealthCheck = new() { Path = settings.HttpPath };
            check.HttpHealthCheck.ExpectedStatuses.Add(
                settings.StatusCodes.Select(code => new Wire.Int64Range { Start = code, End = code + 1 }));
        }
        else if (settings.GrpcService is not null)
        {
            check.GrpcHealthCheck = new() { ServiceName = settings.GrpcService };
        }
        else
        {
            check.TcpHealthCheck = new();
        }

        return check;
    }

    public static HealthCheckSettings? Decode(ClusterMessages messages, XdsField at)
    {
        if (messages.Cluster.HealthChecks is not [Wire.HealthCheck check, ..])
        {
            return null;
        }

        if (messages.Cluster.HealthChecks.Count > 1)
        {
            at["health_checks", 1].Warn("The first check is the only one that is made.");
        }

        HealthCheckSettings settings = Decode(check, at["health_checks", 0]);
        if (messages.Extra.HealthCheck is not { } extra)
        {
            return settings;
        }

        XdsField codesAt = MeshMetadata.At(at)["health_check"]["status_codes"];
        return settings with { StatusCodes = Statuses(extra.StatusCodes.Select(code => ((long)code, code + 1L)), codesAt) };
    }

    /// <summary>One check alone.</summary>
    public static HealthCheckSettings Decode(Wire.HealthCheck check, XdsField at)
    {
        HealthCheckSettings settings = new()
        {
            Timeout = WireValues.Time(check.Timeout, at["timeout"]) ?? s_defaults.Timeout,
            Interval = WireValues.Time(check.Interval, at["interval"]) ?? s_defaults.Interval,
            HealthyThreshold = WireValues.Whole(check.HealthyThreshold, 1, at["healthy_threshold"]) ?? s_defaults.HealthyThreshold,
            UnhealthyThreshold = WireValues.Whole(check.UnhealthyThreshold, 1, at["unhealthy_threshold"]) ?? s_defaults.UnhealthyThreshold,
        };
        return DecodeQuestion(check, settings, at);
    }

    private static HealthCheckSettings DecodeQuestion(Wire.HealthCheck check, HealthCheckSettings settings, XdsField at)
    {
        switch (check.HealthCheckerCase)
        {
            case HealthCheckerOneofCase.HttpHealthCheck:
                return DecodeHttp(check.HttpHealthCheck, settings, at["http_health_check"]);
            case HealthCheckerOneofCase.GrpcHealthCheck:
                return settings with { GrpcService = check.GrpcHealthCheck.ServiceName };
            case HealthCheckerOneofCase.TcpHealthCheck:
                if (WireValues.OrNull(check.TcpHealthCheck) is not null)
                {
                    at["tcp_health_check"].Warn("A connection is opened and closed; nothing is sent.");
                }

                return settings with { Tcp = true };
            default:
                at.Fault("What is asked is not understood; http_health_check, grpc_health_check and tcp_health_check are.");
                return settings;
        }
    }

    private static HealthCheckSettings DecodeHttp(Wire.HealthCheck.Types.HttpHealthCheck http, HealthCheckSettings settings, XdsField at)
    {
        if (Texts.Path.Parse(http.Path).State is not ParseState.Good)
        {
            at["path"].Fault($"{Wording.Quote(http.Path)} is not {Texts.Path.Allowed}.");
        }

        if (http.RequestHeadersToAdd.Count > 0)
        {
            at["request_headers_to_add"].Warn("Checks are sent without headers of their own.");
        }

        return settings with
        {
            HttpPath = http.Path,
            StatusCodes = http.ExpectedStatuses.Count == 0
                ? s_defaults.StatusCodes
                : Statuses(http.ExpectedStatuses.Select(range => (range.Start, range.End)), at["expected_statuses"]),
        };
    }

    private static ImmutableArray<int> Statuses(IEnumerable<(long Start, long End)> ranges, XdsField at)
    {
        ImmutableArray<int>.Builder codes = ImmutableArray.CreateBuilder<int>();
        foreach ((long start, long end) in ranges)
        {
            if (start < 100 || end > 600 || start >= end || codes.Count + end - start > MostStatusCodes)
            {
                at.Fault($"From {start} to before {end}: statuses are from 100 to 599, {MostStatusCodes} at most.");
                return [];
            }

            codes.AddRange(Enumerable.Range((int)start, (int)(end - start)));
        }

        return codes.ToImmutable();
    }
}
