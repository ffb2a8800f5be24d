using Mesh.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Sources.Dns;

/// <summary>The names that are looked up: each once, whoever wants to know, and for as long as anybody does.</summary>
internal sealed class DnsLookups(IHostResolver hosts, NameServers servers, DnsOptions options, TimeProvider time, ILogger<DnsLookups> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DnsName, DnsLookup> _running = [];
    private volatile DnsPace _pace = new(Timeout.InfiniteTimeSpan);

    /// <summary>Names that are looked up at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Looks all names up once in this time from now on, and those at once that wait for another.</summary>
    public void UseInterval(TimeSpan interval)
    {
        lock (_gate)
        {
            if (_pace.Interval != interval)
            {
                DnsPace before = _pace;
                _pace = new DnsPace(interval);
                before.Finish();
            }
        }
    }

    /// <summary>The look-up of a name, which tells of changes until <see cref="Leave"/> is called with the same observer.</summary>
    public DnsLookup Follow(DnsName name, Action onChange)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue(name, out DnsLookup? lookup))
            {
                lookup = new DnsLookup(name, QuestionFor(name), () => _pace, options.Random, time, logger);
                _running.Add(name, lookup);
                lookup.Start();
            }

            lookup.Followers++;
            lookup.Changed += onChange;
            return lookup;
        }
    }

    public void Leave(DnsName name, Action onChange)
    {
        lock (_gate)
        {
            DnsLookup lookup = _running[name];
            lookup.Changed -= onChange;
            if (--lookup.Followers == 0)
            {
                _running.Remove(name);
                lookup.Dispose();
            }
        }
    }

    private Func<CancellationToken, Task<DnsAnswer>> QuestionFor(DnsName name) => name.Kind == EndpointLookup.Services
        ? new ServiceQuestion(name.Host, servers, hosts).AskAsync
        : cancellationToken => AddressesAsync(name.Host, cancellationToken);

    private async Task<DnsAnswer> AddressesAsync(string host, CancellationToken cancellationToken) =>
        new([.. UsableAddresses.Of(await hosts.ResolveAsync(host, cancellationToken).ConfigureAwait(false)).Select(address => new DnsTarget(address))]);
}
