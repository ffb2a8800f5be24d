namespace Mesh.Client.Sources;

/// <summary>
/// Follows one service through all sources. The first source in order that knows answers. A source that is silent for
/// <see cref="SilenceLimit"/> counts as not knowing for now, and replaces the answer when it speaks.
/// </summary>
internal sealed class SourceSubscription : IDisposable
{
    internal static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Action<ServiceAnswer> _onChange;
    private readonly IReadOnlyList<IMeshSource> _sources;
    private readonly SourceAnswer?[] _answers;
    private readonly List<IDisposable> _followed = [];
    private readonly ITimer? _silence;
    private readonly bool _started;
    private bool _silenceIsOver;
    private bool _disposed;

    public SourceSubscription(string service, IReadOnlyList<IMeshSource> sources, TimeProvider time, Action<ServiceAnswer> onChange)
    {
        _sources = sources;
        _onChange = onChange;
        _answers = new SourceAnswer?[sources.Count];
        for (int i = 0; i < sources.Count; i++)
        {
            int place = i;
            _followed.Add(sources[i].Follow(service, answer => Take(place, answer)));
        }

        // Answers that came while the sources were being asked are given as one.
        lock (_gate)
        {
            _started = true;
            Publish();
        }

        if (Array.Exists(_answers, answer => answer is null))
        {
            // The timer must not carry the first caller's context around.
            using AsyncFlowControl _ = ExecutionContext.SuppressFlow();
            _silence = time.CreateTimer(static state => ((SourceSubscription)state!).EndSilence(), this, SilenceLimit, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _silence?.Dispose();
        foreach (IDisposable followed in _followed)
        {
            followed.Dispose();
        }
    }

    private void Take(int place, SourceAnswer answer)
    {
        lock (_gate)
        {
            _answers[place] = answer;
            Publish();
        }
    }

    private void EndSilence()
    {
        lock (_gate)
        {
            _silenceIsOver = true;
            Publish();
        }
    }

    // Called under the gate, so that two answers never overtake each other on their way to the service.
    private void Publish()
    {
        if (!_started
            || _disposed
            || !TryFind(static answer => answer.Rules is not null, out int rules)
            || !TryFind(static answer => answer.Endpoints is not null, out int endpoints))
        {
            return;
        }

        _onChange(new ServiceAnswer
        {
            Rules = rules < 0 ? null : _answers[rules]!.Rules,
            RulesFrom = rules < 0 ? null : _sources[rules].Name,
            Endpoints = endpoints < 0 ? [] : _answers[endpoints]!.Endpoints!.Value,
            EndpointsFrom = endpoints < 0 ? null : _sources[endpoints].Name,
        });
    }

    /// <summary>The first source that knows, or -1; false while one that comes before it has yet to answer.</summary>
    private bool TryFind(Predicate<SourceAnswer> knows, out int place)
    {
        for (place = 0; place < _answers.Length; place++)
        {
            if (_answers[place] is { } answer ? knows(answer) : !_silenceIsOver)
            {
                return _answers[place] is not null;
            }
        }

        place = -1;
        return true;
    }
}
