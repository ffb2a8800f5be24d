using System.Collections.Concurrent;

namespace Mesh.Client.Runtime;

/// <summary>The services that this process follows: by name, and by what stands in the URIs of calls.</summary>
internal sealed class ServiceTable
{
    // A process that is made to call ever new names must not remember them all.
    private const int MaxUnknown = 1024;

    private readonly ConcurrentDictionary<string, MeshedService> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MeshedService> _byHost = new(StringComparer.Ordinal);

    // Where services are told apart by their ports, too, those that the settings do not declare.
    private readonly ConcurrentDictionary<(string Host, int Port, bool IsDefaultPort), MeshedService> _byAuthority = new();
    private readonly Lock _gate = new();
    private volatile int _revision;
    private int _untilUnknownAreCounted = MaxUnknown;
    private bool _isClosed;

    public IEnumerable<MeshedService> All => _byName.Values;

    /// <summary>Grows when hosts mean other services than before.</summary>
    public int Revision => _revision;

    public MeshedService? Named(string key) => _byName.GetValueOrDefault(key);

    public MeshedService? Find(string host) => _byHost.TryGetValue(host, out MeshedService? service) ? service : null;

    public MeshedService? Find(Uri uri) => _byAuthority.GetValueOrDefault(AuthorityOf(uri));

    /// <summary>Adds a service, or has the one that was added before. Who adds it is to follow it.</summary>
    /// <param name="key">Its own.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="declared">The keys of those that are not to be forgotten.</param>
    /// <param name="service">It.</param>
    /// <param name="forgotten">Those that nobody knows, where they had become too many: to be disposed.</param>
    /// <returns>True: it is new.</returns>
    public bool TryAdd(string key, Func<MeshedService> make, IEnumerable<string> declared, out MeshedService service, out IReadOnlyList<MeshedService> forgotten)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            forgotten = [];
            if (_byName.TryGetValue(key, out MeshedService? known))
            {
                service = known;
                return false;
            }

            forgotten = ForgetUnknown(declared);
            _byName[key] = service = make();
            return true;
        }
    }

    /// <summary>Remembers what a host means, unless that has changed, or the service is gone, since it was found: it would be mistaken for ever.</summary>
    public void RememberHost(string host, MeshedService service, int revision)
    {
        lock (_gate)
        {
            if (IsCurrent(service, revision))
            {
                _byHost[host] = service;
            }
        }
    }

    /// <summary>As <see cref="RememberHost"/>, for the URI's port alone.</summary>
    public void RememberAuthority(Uri uri, MeshedService service, int revision)
    {
        lock (_gate)
        {
            if (IsCurrent(service, revision))
            {
                _byAuthority[AuthorityOf(uri)] = service;
            }
        }
    }

    /// <summary>Hosts may mean other services from now on.</summary>
    public void ForgetHosts()
    {
        lock (_gate)
        {
            _revision++;
            _byHost.Clear();
            _byAuthority.Clear();
        }
    }

    /// <summary>Nobody finds them any more.</summary>
    public void Forget(IReadOnlyCollection<MeshedService> services)
    {
        if (services.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            HashSet<MeshedService> leaving = [.. services];
            foreach (MeshedService service in leaving)
            {
                service.IsForgotten = true;
            }

            Remove(_byHost, leaving);
            Remove(_byAuthority, leaving);
            Remove(_byName, leaving);
        }
    }

    /// <summary>No service is added any more.</summary>
    /// <returns>Those that are there: to be disposed.</returns>
    public IEnumerable<MeshedService> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        return _byName.Values;
    }

    private static (string Host, int Port, bool IsDefaultPort) AuthorityOf(Uri uri) => (uri.IdnHost, uri.Port, uri.IsDefaultPort);

    private static void Remove<TKey>(ConcurrentDictionary<TKey, MeshedService> table, HashSet<MeshedService> leaving)
        where TKey : notnull
    {
        foreach (KeyValuePair<TKey, MeshedService> entry in table.Where(entry => leaving.Contains(entry.Value)))
        {
            table.TryRemove(entry);
        }
    }

    private bool IsCurrent(MeshedService service, int revision) => revision == _revision && Named(service.Key) == service;

    private MeshedService[] ForgetUnknown(IEnumerable<string> declared)
    {
        // All are counted only when there may be too many: with thousands of services each new one would take long.
        if (_untilUnknownAreCounted-- > 0)
        {
            return [];
        }

        int unknown = _byName.Count(entry => !entry.Value.IsKnown);
        _untilUnknownAreCounted = Math.Max(0, MaxUnknown - unknown - 1);
        if (unknown < MaxUnknown)
        {
            return [];
        }

        HashSet<string> kept = [.. declared];
        MeshedService[] forgotten = [.. _byName.Values.Where(service => !kept.Contains(service.Key) && service.TryForget())];
        Forget(forgotten);
        return forgotten;
    }
}
