using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.Resilience;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>
/// Leaves the endpoints of one service out that fail too often in a row, and lets them back in when a call that tried them succeeded.
/// What it changes takes effect as the service's endpoints are rebuilt.
/// </summary>
internal sealed class OutlierDetector(MeshedService service, ILogger logger)
{
    // Of the endpoints that speak all, or one, of the protocols: who calls by one alone has no others.
    private volatile Standing[] _standings = [default, default, default];
    private bool _isInPanic;

    private OutlierDetectionSettings Settings => service.Rules.Settings.OutlierDetection;

    /// <summary>Records that a call that was no probe did not succeed at an endpoint.</summary>
    public void Report(Endpoint endpoint, Outcome outcome, long now)
    {
        if (outcome.CountsAsError && !endpoint.IsRemoved)
        {
            OutlierDetectionSettings settings = Settings;
            if (endpoint.Ejection.OnFailure(settings))
            {
                TryEject(endpoint, outcome, settings, now);
            }
        }
    }

    /// <summary>Records how a probe ended: the endpoint comes back, or stays out for longer.</summary>
    /// <param name="endpoint">The endpoint that was tried.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="now">Time stamp of its end.</param>
    public void EndProbe(Endpoint endpoint, Outcome outcome, TimeSpan took, long now)
    {
        if (endpoint.IsRemoved)
        {
            return;
        }

        OutlierDetectionSettings settings = Settings;
        switch (outcome)
        {
            case { Kind: OutcomeKind.Success }:
                Return(endpoint);
                break;
            case { Kind: OutcomeKind.Cancelled } or { Kind: OutcomeKind.Timeout, CountsAsError: false } when took < settings.BaseEjectionTime:
                // It may have been about to answer, or never. The next one waits as long as this one did, so that an endpoint that hangs
                // does not catch every call.
                endpoint.Ejection.OnProbeAbandoned(now + service.Runtime.Clock.ToTicks(took));
                break;
            case { Kind: OutcomeKind.Failure, IsPenalized: false }:
                // It says nothing of the endpoint.
                endpoint.Ejection.OnProbeAbandoned();
                break;
            default:
                CountEjection(endpoint, outcome, endpoint.Ejection.OnProbeFailure(now, settings, Random.Shared));
                break;
        }
    }

    /// <summary>Counts those that are in and out, whenever the service's endpoints are rebuilt. Called under the service's gate.</summary>
    public void Recount(ImmutableArray<Endpoint> endpoints, MeshService settings)
    {
        Standing all = StandingOf(endpoints);
        bool areAlike = endpoints.All(endpoint => endpoint.Description.Protocols is EndpointProtocols.All);
        _standings = areAlike ? [all, all, all] : [all, StandingOf(Speaking(EndpointProtocols.Http1)), StandingOf(Speaking(EndpointProtocols.Http2))];

        ImmutableArray<Endpoint> Speaking(EndpointProtocols protocols) =>
            [.. endpoints.Where(endpoint => endpoint.Description.Protocols == protocols || endpoint.Description.Protocols is EndpointProtocols.All)];

        Standing StandingOf(ImmutableArray<Endpoint> some) => new(
            some.Length, some.Count(endpoint => !endpoint.Ejection.IsReady), some.Count(endpoint => endpoint.IsReady(settings)));
    }

    /// <summary>Logs it when so few endpoints are left that all get calls, and when that is over.</summary>
    public void TellOfPanic()
    {
        int ready;
        int total;
        bool isInPanic;
        lock (service.Gate)
        {
            (total, _, ready) = _standings[(int)EndpointProtocols.All];
            isInPanic = service.IsInPanic;
            if (isInPanic == _isInPanic)
            {
                return;
            }

            _isInPanic = isInPanic;
        }

        if (isInPanic)
        {
            logger.PanicEntered(service.Name, ready, total);
        }
        else
        {
            logger.PanicLeft(service.Name);
        }
    }

    private void TryEject(Endpoint endpoint, Outcome outcome, OutlierDetectionSettings settings, long now)
    {
        // Looked at before the lock is taken, too: in an outage every failure comes here.
        TimeSpan duration;
        if (!MayEject(endpoint, settings))
        {
            return;
        }

        lock (service.Gate)
        {
            if (!MayEject(endpoint, settings) || !endpoint.Ejection.TryEject(now, settings, Random.Shared, out duration))
            {
                return;
            }

            service.Rebuild();
        }

        CountEjection(endpoint, outcome, duration);
        TellOfPanic();
    }

    private bool MayEject(Endpoint endpoint, OutlierDetectionSettings settings)
    {
        Standing those = _standings[(int)endpoint.Description.Protocols];
        return EjectionRules.MayEject(those.Total, those.Ejected, those.Ready, settings);
    }

    private void Return(Endpoint endpoint)
    {
        lock (service.Gate)
        {
            // The penalty of the failures that put it out is over; the probe's own latency comes next.
            endpoint.Latency.Reset();
            endpoint.Ejection.OnProbeSuccess();
            service.Rebuild();
        }

        logger.EndpointReturned(endpoint.Description.Address, service.Name);
        TellOfPanic();
    }

    private void CountEjection(Endpoint endpoint, Outcome outcome, TimeSpan duration)
    {
        logger.EndpointEjected(endpoint.Description.Address, service.Name, duration, endpoint.Ejection.ConsecutiveFailures, outcome.Reason ?? "");
        service.Runtime.Telemetry.Ejections.Add(1, new TagList
        {
            { MeshTags.Source, service.Runtime.Source },
            { MeshTags.Destination, service.Name },
            { MeshTags.DestinationVersion, endpoint.Description.Version },
            { MeshTags.Reason, outcome.Reason },
        });
    }

    private readonly record struct Standing(int Total, int Ejected, int Ready);
}
