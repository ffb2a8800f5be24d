using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>
/// Lets go of services that were not called for long, so that no source is asked for them any more: after half an hour, as gRPC's channels go
/// idle. Those that the settings name stay, and those that others in use lead to. One that is called again is followed anew.
/// </summary>
internal sealed class IdleServices : IDisposable
{
    /// <summary>How often is looked.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(10);

    /// <summary>So many looks in a row must find a service unused.</summary>
    public const int Rounds = 3;

    private readonly MeshRuntime _runtime;
    private readonly ServiceTable _table;
    private readonly ITimer _timer;

    // Nobody finds these any more, but who had found one a moment before may be calling it.
    private readonly HashSet<MeshedService> _leaving = [];
    private bool _isWatching;
    private bool _isDisposed;

    public IdleServices(MeshRuntime runtime, ServiceTable table)
    {
        _runtime = runtime;
        _table = table;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = runtime.Time.CreateTimer(static state => ((IdleServices)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>There may be services that the settings do not name: from now on it is looked, for as long as there are.</summary>
    public void Watch()
    {
        lock (_timer)
        {
            if (!_isWatching)
            {
                _isWatching = true;
                _timer.Change(Round, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_timer)
        {
            _isDisposed = true;
            foreach (MeshedService service in _leaving)
            {
                service.Dispose();
            }
        }
    }

    private void Look()
    {
        lock (_timer)
        {
            if (_isDisposed)
            {
                return;
            }

            MeshedService[] ended = [.. _leaving.Where(service => !service.WasUsedLately(Rounds))];
            MeshedService[] present = [.. _table.All];
            HashSet<string> declared = [.. _runtime.Declared];
            HashSet<MeshedService> used = InUse(present, declared);
            MeshedService[] idle = [.. present.Where(service => !used.Contains(service))];
            _table.Forget(idle);
            _leaving.ExceptWith(ended);
            _leaving.UnionWith(idle);
            Array.ForEach(ended, service => service.Dispose());

            // One look after the other, however long one takes.
            _isWatching = _leaving.Count > 0 || used.Any(service => !declared.Contains(service.Key));
            if (_isWatching)
            {
                _timer.Change(Round, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private HashSet<MeshedService> InUse(MeshedService[] services, HashSet<string> declared)
    {
        HashSet<MeshedService> used = [];
        Queue<MeshedService> next = new(services.Where(service => service.WasUsedLately(Rounds) || declared.Contains(service.Key)));
        while (next.TryDequeue(out MeshedService? service))
        {
            if (used.Add(service))
            {
                foreach (MeshedService peer in TargetsOf(service.Rules.Settings).Select(target => _table.Named(_runtime.KeyOf(target))).OfType<MeshedService>())
                {
                    next.Enqueue(peer);
                }
            }
        }

        return used;
    }

    private static IEnumerable<string> TargetsOf(MeshService settings) =>
        settings.Routes.SelectMany(route => route.To.Select(target => target.Service).Concat(route.Mirror.Select(mirror => mirror.Service))).OfType<string>();
}
