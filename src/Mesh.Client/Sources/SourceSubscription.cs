namespace Mesh.Client.Sources;

/// <summary>
/// Follows one service through the sources. The first in order that knows answers, an authority before the others but for answers that
/// override it; one is asked only when it could say more than those before it, and followed from then on. A source that is silent for too
/// long counts as not knowing for now, or what it has said so far counts, and replaces the answer when it speaks.
/// </summary>
internal sealed class SourceSubscription : IDisposable
{
    internal static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _service;
    private readonly Action<ServiceAnswer> _onChange;
    private readonly IReadOnlyList<IMeshSource> _sources;
    private readonly SourceAnswer?[] _answers;

    private readonly TimeProvider _time;

    // By when each must have spoken, in ticks of the clock.
    private readonly long[] _deadlines;

    // Those that were waited for in vain.
    private readonly bool[] _overdue;
    private readonly List<IDisposable> _followed = [];
    private readonly ITimer _silence;

    // The sources are asked one after the other: those before this place were.
    private int _asked;
    private bool _disposed;

    public SourceSubscription(string service, IReadOnlyList<IMeshSource> sources, TimeProvider time, Action<ServiceAnswer> onChange)
    {
        _service = service;
        _sources = sources;
        _onChange = onChange;
        _answers = new SourceAnswer?[sources.Count];
        _time = time;
        _deadlines = new long[sources.Count];
        _overdue = new bool[sources.Count];

        // The timer must not carry the first caller's context around.
        using (ExecutionContext.SuppressFlow())
        {
            _silence = time.CreateTimer(
                static state => ((SourceSubscription)state!).EndSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        GoOn();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _silence.Dispose();
        foreach (IDisposable followed in _followed)
        {
            followed.Dispose();
        }
    }

    private void Take(int place, SourceAnswer answer)
    {
        lock (_gate)
        {
            // It had said all, and looks for something now: until that is found, or too late, its last word holds.
            bool isWaitedForAnew = HasSpoken(place) && answer.IsPartial;
            _answers[place] = answer;
            _overdue[place] &= answer.IsPartial;
            if (isWaitedForAnew && !_disposed)
            {
                WaitFor(place);
            }
        }

        GoOn();
    }

    private void EndSilence()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            bool isLate = false;
            for (int place = 0; place < _asked; place++)
            {
                if (IsWaitedFor(place) && _deadlines[place] <= now)
                {
                    isLate = _overdue[place] = true;
                }
            }

            Arm(now);
            if (!isLate)
            {
                return;
            }
        }

        GoOn();
    }

    // Each has its own time: one that is asked later does not lengthen that of those before it.
    private void WaitFor(int place)
    {
        long now = _time.GetTimestamp();
        _deadlines[place] = now + (long)(_sources[place].Patience.TotalSeconds * _time.TimestampFrequency);
        Arm(now);
    }

    private void Arm(long now)
    {
        long[] waits = [.. Enumerable.Range(0, _asked).Where(IsWaitedFor).Select(place => _deadlines[place] - now)];
        if (waits.Length > 0 && !_disposed)
        {
            // A timer counts milliseconds, and must not come before its time again and again.
            _silence.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(waits.Min() * 1000.0 / _time.TimestampFrequency))), Timeout.InfiniteTimeSpan);
        }
    }

    private bool IsWaitedFor(int place) => !HasSpoken(place) && !_overdue[place];

    private bool HasSpoken(int place) => _answers[place] is { IsPartial: false };

    /// <summary>Publishes what is known; or asks the next source, where those before it leave something open.</summary>
    private void GoOn()
    {
        while (TryPublish() is { } next)
        {
            // Without any lock: the sources take locks of their own.
            IDisposable followed = _sources[next].Follow(_service, answer => Take(next, answer));
            lock (_gate)
            {
                if (!_disposed)
                {
                    _followed.Add(followed);
                    continue;
                }
            }

            followed.Dispose();
        }
    }

    /// <returns>The place of the source that must be asked first; null: none.</returns>
    private int? TryPublish()
    {
        // Published under the gate, so that two answers never overtake each other on their way to the service.
        lock (_gate)
        {
            // What comes before an authority and does not override it is outranked, whatever it says: nobody waits for it first.
            if (!_disposed && _asked < _sources.Count && _sources[_asked].IsAuthority && !Array.Exists(_answers, answer => answer is { IsOverriding: true }))
            {
                return Ask();
            }

            if (_disposed
                || !TryFind(static answer => answer.Rules is not null, out int rules)
                || !TryFind(static answer => answer.Endpoints is not null, out int endpoints))
            {
                return null;
            }

            if (_asked < _sources.Count && (CouldSayMore(_asked, rules) || CouldSayMore(_asked, endpoints)))
            {
                return Ask();
            }

            _onChange(new ServiceAnswer
            {
                Rules = rules < 0 ? null : _answers[rules]!.Rules,
                RulesVersion = rules < 0 ? null : _answers[rules]!.RulesVersion,
                RulesFrom = rules < 0 ? null : _sources[rules].Name,
                Endpoints = endpoints < 0 ? [] : _answers[endpoints]!.Endpoints!.Value,
                EndpointsFrom = endpoints < 0 ? null : _sources[endpoints].Name,
                Trouble = endpoints < 0 ? null : _answers[endpoints]!.Trouble,
                IsOverdue = Array.Exists(_overdue, static overdue => overdue),
                SilentAuthority = _sources.Where((source, place) => source.IsAuthority && _overdue[place] && _answers[place] is null).FirstOrDefault()?.Name,
            });
            return null;
        }
    }

    // It may answer, and others be asked, before the call of its Follow is over.
    private int Ask()
    {
        int place = _asked++;
        WaitFor(place);
        return place;
    }

    /// <summary>The first of the asked that knows, or -1; false while one that comes before it has yet to answer.</summary>
    private bool TryFind(Predicate<SourceAnswer> knows, out int place)
    {
        foreach (int candidate in Enumerable.Range(0, _asked).OrderBy(RankOf))
        {
            place = candidate;
            if (IsWaitedFor(place))
            {
                return false;
            }

            if (_answers[place] is { } answer && knows(answer))
            {
                return true;
            }
        }

        place = -1;
        return true;
    }

    private bool CouldSayMore(int place, int found) => found < 0 || RankOf(place) < RankOf(found);

    private Rank RankOf(int place) =>
        _answers[place] is { IsOverriding: true } ? Rank.Overriding : _sources[place].IsAuthority ? Rank.Authority : Rank.Other;

    private enum Rank
    {
        Overriding,
        Authority,
        Other,
    }
}
