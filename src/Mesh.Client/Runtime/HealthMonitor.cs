using System.Collections.Immutable;
using Mesh.Client.HealthChecks;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Runtime;

/// <summary>Has the endpoints of one service asked whether they are well, and leaves those out that are not.</summary>
internal sealed class HealthMonitor(MeshedService service, ILogger logger)
{
    /// <summary>
    /// Takes the endpoints and what they are asked; null: nothing, and all are well. Checks that stay the same go on; where they change, what
    /// was found holds until the first answer. Called under the service's gate, before it is rebuilt.
    /// </summary>
    public void Watch(ImmutableArray<Endpoint> endpoints, HealthCheckSettings? settings)
    {
        foreach (Endpoint endpoint in endpoints)
        {
            if (settings is null)
            {
                endpoint.ReplaceChecker(null);
            }
            else if (endpoint.Checker?.Asks(settings, endpoint.Description, endpoint.Settings.Security) != true)
            {
                HealthChecker? checker = service.Runtime.HealthCheckers.Create(
                    service.Name, endpoint.Description, endpoint.Settings.Security, settings, endpoint.Checker?.Record.Reason);
                endpoint.ReplaceChecker(checker);
                checker?.Start(problem => Enter(endpoint, checker, problem));
            }
        }
    }

    // Whatever fails here, a log for one, must not end the checks: the endpoint would stay what it is for good.
    private void Enter(Endpoint endpoint, HealthChecker checker, string? problem)
    {
        try
        {
            Take(endpoint, checker, problem);
        }
        catch (Exception failure)
        {
            Guarded.Log(() => logger.HealthCheckFailed(endpoint.Description.Address, service.Name, failure));
        }
    }

    private void Take(Endpoint endpoint, HealthChecker checker, string? problem)
    {
        lock (service.Gate)
        {
            // An answer that was overtaken by a change counts for nothing.
            if (endpoint.IsRemoved || endpoint.Checker != checker || !checker.Record.Take(problem))
            {
                return;
            }

            service.Rebuild();
        }

        if (checker.Record.Reason is { } reason)
        {
            logger.EndpointUnhealthy(endpoint.Description.Address, service.Name, reason);
        }
        else
        {
            logger.EndpointHealthy(endpoint.Description.Address, service.Name);
        }

        service.Outliers.TellOfPanic();
    }
}
