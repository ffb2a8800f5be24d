using Mesh.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>
/// Leaves the endpoints of one service out that say in an answer that they are about to stop: until they are listed no more, or answer as others
/// do, or for a while.
/// </summary>
internal sealed class Departures(MeshedService service, ILogger logger)
{
    /// <summary>What their answers have. Envoy has <c>x-envoy-immediate-health-check-fail</c> for it.</summary>
    public const string Header = "mesh-draining";

    /// <summary>
    /// Whoever comes back at the same address is not told of by anybody. Twice as long as such an endpoint serves on at most: from then on it
    /// refuses connections, which costs a call nothing, or is another process.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Whether an answer says so. Nobody reads it so again: a gateway that hands the answer on would say so of itself.</summary>
    public static bool TakeFrom(HttpResponseMessage response) =>
        (response.Version.Major > 1 || response.Headers.ConnectionClose is true) && response.Headers.Remove(Header);

    public void Begin(Endpoint endpoint, long now)
    {
        if (endpoint.IsLeaving)
        {
            return;
        }

        lock (service.Gate)
        {
            if (endpoint.IsLeaving || endpoint.IsRemoved)
            {
                return;
            }

            using (ExecutionContext.SuppressFlow())
            {
                endpoint.Leave(now, service.Runtime.Time.CreateTimer(_ => End(endpoint), null, Longest, Timeout.InfiniteTimeSpan));
            }

            service.Rebuild();
        }

        Guarded.Log(() => logger.EndpointLeaving(endpoint.Description.Address, service.Name));
        Guarded.Log(service.Outliers.TellOfPanic);
    }

    public void End(Endpoint endpoint)
    {
        lock (service.Gate)
        {
            if (!endpoint.IsLeaving || endpoint.IsRemoved)
            {
                return;
            }

            endpoint.Stay();
            service.Rebuild();
        }

        Guarded.Log(service.Outliers.TellOfPanic);
    }
}
