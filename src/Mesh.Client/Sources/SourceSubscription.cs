namespace Mesh.Client.Sources;

/// <summary>
/// Follows one service through the sources. The first in order that knows answers; one is asked only when those before it leave
/// something open, and followed from then on. A source that is silent for <see cref="SilenceLimit"/> counts as not knowing for now, or what
/// it has said so far counts, and replaces the answer when it speaks.
/// </summary>
internal sealed class SourceSubscription : IDisposable
{
    internal static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _service;
    private readonly Action<ServiceAnswer> _onChange;
    private readonly IReadOnlyList<IMeshSource> _sources;
    private readonly SourceAnswer?[] _answers;

    // Those that were waited for in vain.
    private readonly bool[] _overdue;
    private readonly List<IDisposable> _followed = [];
    private readonly ITimer _silence;

    // The sources are asked one after the other: those before this place were, and of them the last alone may have yet to answer.
    private int _asked;
    private bool _disposed;

    public SourceSubscription(string service, IReadOnlyList<IMeshSource> sources, TimeProvider time, Action<ServiceAnswer> onChange)
    {
        _service = service;
        _sources = sources;
        _onChange = onChange;
        _answers = new SourceAnswer?[sources.Count];
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
                _silence.Change(SilenceLimit, Timeout.InfiniteTimeSpan);
            }
        }

        GoOn();
    }

    private void EndSilence()
    {
        lock (_gate)
        {
            bool isLate = false;
            for (int place = 0; place < _asked; place++)
            {
                _overdue[place] = !HasSpoken(place);
                isLate |= _overdue[place];
            }

            if (!isLate)
            {
                return;
            }
        }

        GoOn();
    }

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
                    if (!HasSpoken(next))
                    {
                        _silence.Change(SilenceLimit, Timeout.InfiniteTimeSpan);
                    }

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
            if (_disposed
                || !TryFind(static answer => answer.Rules is not null, out int rules)
                || !TryFind(static answer => answer.Endpoints is not null, out int endpoints))
            {
                return null;
            }

            if ((rules < 0 || endpoints < 0) && _asked < _sources.Count)
            {
                return _asked++;
            }

            _onChange(new ServiceAnswer
            {
                Rules = rules < 0 ? null : _answers[rules]!.Rules,
                RulesFrom = rules < 0 ? null : _sources[rules].Name,
                Endpoints = endpoints < 0 ? [] : _answers[endpoints]!.Endpoints!.Value,
                EndpointsFrom = endpoints < 0 ? null : _sources[endpoints].Name,
                IsOverdue = Array.Exists(_overdue, static overdue => overdue),
            });
            return null;
        }
    }

    /// <summary>The first of the asked that knows, or -1; false while one that comes before it has yet to answer.</summary>
    private bool TryFind(Predicate<SourceAnswer> knows, out int place)
    {
        for (place = 0; place < _asked; place++)
        {
            if (!HasSpoken(place) && !_overdue[place])
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
}
