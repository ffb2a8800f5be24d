namespace Mesh.ConfigServer.HealthChecks;

/// <summary>The instances of a service that are asked. The lock of all checks guards it.</summary>
internal sealed class CheckedService
{
    private const int FewestInstances = 5;

    private readonly Dictionary<string, HealthChecker> _checkers = new(StringComparer.Ordinal);
    private bool _isSuspicious;

    public IReadOnlyCollection<HealthChecker> All => _checkers.Values;

    public int Unhealthy { get; private set; }

    public HealthChecker? Find(string instance) => _checkers.GetValueOrDefault(instance);

    /// <summary>Puts it in the place of the instance's one before, if there is one.</summary>
    public void Set(HealthChecker checker)
    {
        Remove(checker.Registration.Instance);
        _checkers.Add(checker.Registration.Instance, checker);
        Unhealthy += checker.Record.IsWell ? 0 : 1;
    }

    public void Remove(string instance)
    {
        if (_checkers.Remove(instance, out HealthChecker? checker))
        {
            Unhealthy -= checker.Record.IsWell ? 0 : 1;
            checker.Dispose();
        }
    }

    /// <summary>Takes an answer. True: the instance is well now, or is not any more.</summary>
    public bool Take(HealthChecker checker, string? problem)
    {
        if (!checker.Record.Take(problem))
        {
            return false;
        }

        Unhealthy += checker.Record.IsWell ? -1 : 1;
        return true;
    }

    /// <summary>Whether more than half are unhealthy, and were not before: where that comes at once the fault may be the server's own.</summary>
    public bool BecameSuspicious()
    {
        bool wasSuspicious = _isSuspicious;
        _isSuspicious = _checkers.Count >= FewestInstances && Unhealthy * 2 > _checkers.Count;
        return _isSuspicious && !wasSuspicious;
    }
}
