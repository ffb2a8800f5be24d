using System.Collections.Immutable;
using Mesh.Client.LoadBalancing;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>
/// The endpoints that one kind of call can use, in levels by their priority, with those apart that are ejected. Immutable: a change of the
/// list, of the rules, or of an endpoint's state builds another.
/// </summary>
internal sealed class EndpointSet
{
    // So many ejected endpoints are looked at per pick at the most, to keep a pick's cost independent of their number.
    private const int ProbesLookedAt = 4;

    private readonly PriorityLevel[] _levels;
    private readonly PriorityLevel[] _called;
    private readonly ILoadBalancer<Endpoint> _first;
    private readonly AliasTable? _shares;
    private readonly double[] _loads;
    private readonly Endpoint[] _ejected;

    // One level, nobody ejected: as a rule, and so the shortest way.
    private readonly bool _isPlain;
    private int _nextProbe;

    public EndpointSet(ImmutableArray<Endpoint> endpoints, MeshService settings, EndpointSet? previous)
    {
        Count = endpoints.Length;
        ((int, int) Key, ImmutableArray<Endpoint> Endpoints)[] ranks = RanksOf(endpoints);
        PriorityLoads loads = new([.. ranks.Select(rank => (rank.Endpoints.Count(endpoint => endpoint.IsReady(settings)), rank.Endpoints.Length))]);
        bool mayPanic = loads.IsShort || ranks.Length == 1;
        _levels = [.. ranks.Select(rank => new PriorityLevel(
            rank.Key, rank.Endpoints, mayPanic, settings, previous?._levels.FirstOrDefault(level => level.Rank == rank.Key)))];
        _called = [.. _levels.Where((_, index) => loads.Shares[index] > 0)];
        _loads = [.. loads.Shares.Where(share => share > 0)];
        _first = _called.Length == 0 ? LoadBalancer.Create<Endpoint>(settings.LoadBalancing, []) : _called[0].Balancer;
        _shares = _called.Length < 2 ? null : new AliasTable(_loads);
        _ejected = [.. ranks.Take(loads.Needed).SelectMany(rank => rank.Endpoints.Where(endpoint => endpoint.AwaitsProbe(settings)))];
        _isPlain = _levels.Length < 2 && _ejected.Length == 0;
    }

    public int Count { get; }

    /// <summary>So few endpoints are ready that others get calls, too.</summary>
    public bool IsInPanic => Array.Exists(_called, level => level.IsInPanic);

    /// <param name="now">Time stamp of the attempt.</param>
    /// <param name="tried">What this call has tried already.</param>
    /// <param name="isProbe">True: the endpoint's ejection is over, and this attempt decides on its return.</param>
    public Endpoint? Pick(long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        return _isPlain ? _first.Pick(now, tried)
            : _ejected.Length == 0 ? PickReady(now, tried)
            : PickOrProbe(now, tried, out isProbe);
    }

    /// <summary>Picks the endpoint of a key. Where that is left out, the key has another one until it is back.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="now">Time stamp of the attempt.</param>
    /// <param name="tried">What this call has tried already.</param>
    /// <param name="isProbe">True: the endpoint's ejection is over, and this attempt decides on its return.</param>
    public Endpoint? PickFor(ulong key, long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        if (_called.Length == 0)
        {
            return null;
        }

        PriorityLevel level = LevelFor(key);
        Endpoint? probe = _ejected.Length > 0 && tried.IsEmpty ? OwnProbe(_levels[0], key, now) ?? OwnProbe(level, key, now) : null;
        isProbe = probe is not null;
        return probe ?? KeyedPick.From(level.Usable, key, tried);
    }

    // As a rule there is one rank, which has all: that one is not copied.
    private static ((int, int) Key, ImmutableArray<Endpoint> Endpoints)[] RanksOf(ImmutableArray<Endpoint> endpoints) =>
        !endpoints.IsEmpty && endpoints[0].Description.Rank is var first && endpoints.All(endpoint => endpoint.Description.Rank == first)
            ? [(first, endpoints)]
            : [.. endpoints.GroupBy(endpoint => endpoint.Description.Rank).OrderBy(rank => rank.Key).Select(rank => (rank.Key, rank.ToImmutableArray()))];

    // Where all calls have keys, nobody else finds out that a key's endpoint is back.
    private Endpoint? OwnProbe(PriorityLevel level, ulong key, long now) =>
        KeyedPick.From(level.All, key) is { } own && Array.IndexOf(_ejected, own) >= 0 && own.Ejection.TryBeginProbe(now) ? own : null;

    // By the key, and not by chance, so that a key stays where it is while several levels are called.
    private PriorityLevel LevelFor(ulong key)
    {
        double left = _called.Length == 1 ? 0 : StableHash.ToFraction(StableHash.Mix(~key));
        int level = 0;
        while (level < _called.Length - 1 && left >= _loads[level])
        {
            left -= _loads[level++];
        }

        return _called[level];
    }

    // First attempts probe. A retry is after an answer: it probes only where nothing else is left that it has not tried.
    private Endpoint? PickOrProbe(long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        Endpoint? ready = tried.IsEmpty ? null : PickReady(now, tried);
        Endpoint? probe = ready is null || tried.Includes(ready) ? PickProbe(now, tried) : null;
        isProbe = probe is not null;
        return probe ?? ready ?? PickReady(now, tried);
    }

    private Endpoint? PickReady(long now, ReadOnlySpan<Endpoint> tried)
    {
        ILoadBalancer<Endpoint> balancer = _shares is null ? _first : _called[_shares.Draw(Random.Shared)].Balancer;
        Endpoint? picked = balancer.Pick(now, tried);
        return tried.IsEmpty || _levels.Length < 2 || picked is null || !tried.Includes(picked) ? picked : PickUntried(now, tried) ?? picked;
    }

    // A level whose endpoints a call has all tried is no reason to stay there.
    private Endpoint? PickUntried(long now, ReadOnlySpan<Endpoint> tried)
    {
        foreach (PriorityLevel level in _levels)
        {
            if (level.Balancer.Pick(now, tried) is { } picked && !tried.Includes(picked))
            {
                return picked;
            }
        }

        return null;
    }

    private Endpoint? PickProbe(long now, ReadOnlySpan<Endpoint> tried)
    {
        for (int i = Math.Min(ProbesLookedAt, _ejected.Length); i > 0; i--)
        {
            Endpoint candidate = _ejected[(int)((uint)Interlocked.Increment(ref _nextProbe) % (uint)_ejected.Length)];
            if (!tried.Includes(candidate) && candidate.Ejection.TryBeginProbe(now))
            {
                return candidate;
            }
        }

        return null;
    }
}
