using Mesh.ConfigServer.Registry;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>Asks all instances that wish it whether they are well, and tells the registry. Thread-safe.</summary>
/// <param name="registry">Whose instances they are. Its lock is taken first, and never under the one here.</param>
/// <param name="connections">What is asked over.</param>
/// <param name="schedule">When.</param>
/// <param name="logger">What it is logged by.</param>
/// <param name="tls">For those that take nothing else; null: this server has no identity.</param>
internal sealed class InstanceChecks(
    MeshRegistry registry, CheckConnections connections, CheckSchedule schedule, ILogger<InstanceChecks> logger, CheckTls? tls = null) : IInstanceChecks, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CheckedService> _services = new(StringComparer.Ordinal);
    private readonly CheckTransport _transport = new(connections, tls);
    private bool _isOver;

    /// <summary>Begins, with those that are there.</summary>
    public void Start() => registry.CheckBy(this);

    public bool Watch(Registration registration)
    {
        lock (_gate)
        {
            if (HealthQuestion.Of(registration) is not { } question || _isOver)
            {
                Remove(registration);
                return true;
            }

            if (!_services.TryGetValue(registration.Service, out CheckedService? service))
            {
                _services.Add(registration.Service, service = new CheckedService());
            }

            HealthChecker? before = service.Find(registration.Instance);
            if (before?.Question.IsSameAs(question) == true)
            {
                before.Registration = registration;
                return before.Record.IsWell;
            }

            // What was found holds until the first answer.
            IHealthCheck check = question.Check(registration.Service, connections, _transport);
            HealthChecker checker = new(registration, question, check, before?.Record.Reason, schedule);
            service.Set(checker);
            checker.Start(Enter);
            return checker.Record.IsWell;
        }
    }

    public string? ReasonOf(Registration registration)
    {
        lock (_gate)
        {
            return _services.GetValueOrDefault(registration.Service)?.Find(registration.Instance)?.Record.Reason;
        }
    }

    public void Forget(Registration registration)
    {
        lock (_gate)
        {
            Remove(registration);
        }
    }

    /// <summary>Ends all of them. What was found last stays.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (HealthChecker checker in _services.Values.SelectMany(service => service.All))
            {
                checker.Dispose();
            }

            _services.Clear();
        }

        _transport.Dispose();
    }

    private void Remove(Registration registration)
    {
        if (_services.TryGetValue(registration.Service, out CheckedService? service))
        {
            service.Remove(registration.Instance);
            if (service.All.Count == 0)
            {
                _services.Remove(registration.Service);
            }
        }
    }

    // Whatever fails here, a log for one, must not end the checks: the instance would stay what it is for good.
    private void Enter(HealthChecker checker, string? problem)
    {
        try
        {
            Take(checker, problem);
        }
        catch (Exception failure)
        {
            logger.CheckFailed(checker.Registration.Service, checker.Registration.Instance, failure);
        }
    }

    private void Take(HealthChecker checker, string? problem)
    {
        Registration registration;
        bool isNews;
        (int Unhealthy, int All)? suspicion;
        lock (_gate)
        {
            // An answer that was overtaken by a change counts for nothing.
            registration = checker.Registration;
            if (_services.GetValueOrDefault(registration.Service) is not { } service || service.Find(registration.Instance) != checker)
            {
                return;
            }

            isNews = service.Take(checker, problem);
            suspicion = service.BecameSuspicious() ? (service.Unhealthy, service.All.Count) : null;
        }

        // Each time, for what was said before may have come after another registration.
        string? reason = checker.Record.Reason;
        registry.SetHealth(registration, reason is null);
        if (isNews && reason is not null)
        {
            logger.Unhealthy(registration.Service, registration.Instance, checker.Question.Endpoint.Address, reason);
        }
        else if (isNews)
        {
            logger.Healthy(registration.Service, registration.Instance, checker.Question.Endpoint.Address);
        }

        if (suspicion is { } many)
        {
            logger.ManyUnhealthy(registration.Service, many.Unhealthy, many.All);
        }
    }
}
