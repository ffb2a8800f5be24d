using System.Diagnostics;
using Storefront.Probe;

namespace Storefront;

/// <summary>Gathers what all callers saw: totals since the start, and the last moments for the screen.</summary>
internal sealed class Scoreboard
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);

    /// <summary>Callers before those they call.</summary>
    private static readonly string[] s_order = ["web", "catalog", "pricing", "reviews"];

    private readonly Lock _lock = new();
    private readonly TallySheet _totals = [];
    private readonly Queue<(long Time, Tally Tally)> _recent = [];
    private readonly Queue<(long Time, string Service, string? Version, string[] Callers)> _callers = [];
    private readonly Queue<News> _news = [];
    private readonly Dictionary<string, long> _answers = new(StringComparer.Ordinal);
    private volatile string? _shortCut;

    /// <summary>What became of the last call of <c>web</c> to <c>reviews</c>; null: there was none.</summary>
    public string? ShortCut
    {
        get => _shortCut;
        set => _shortCut = value;
    }

    /// <param name="tally">What a caller saw.</param>
    /// <param name="version">The version of <c>catalog</c> that a customer's answer came from.</param>
    public void Add(Tally tally, string? version = null)
    {
        lock (_lock)
        {
            if (version is not null)
            {
                _answers[version] = _answers.GetValueOrDefault(version) + 1;
            }

            _totals.Add(tally);
            _recent.Enqueue((Stopwatch.GetTimestamp(), tally));
        }
    }

    /// <param name="service">Who was called.</param>
    /// <param name="version">Its version; null: it has only one.</param>
    /// <param name="callers">By whom, as each has proven it to be.</param>
    public void AddCallers(string service, string? version, string[] callers)
    {
        lock (_lock)
        {
            _callers.Enqueue((Stopwatch.GetTimestamp(), service, version, callers));
        }
    }

    /// <summary>Keeps something that the user should read.</summary>
    public void Tell(News news)
    {
        lock (_lock)
        {
            _news.Enqueue(news);
        }
    }

    /// <summary>What was told since the last time, oldest first.</summary>
    public News[] TakeNews()
    {
        lock (_lock)
        {
            News[] news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    /// <summary>Rates, latencies and shares of the last two seconds; retries and ejections since the start.</summary>
    public Row[] Rows()
    {
        lock (_lock)
        {
            while (_recent.TryPeek(out (long Time, Tally) oldest) && Stopwatch.GetElapsedTime(oldest.Time) > s_window)
            {
                _recent.Dequeue();
            }

            while (_callers.TryPeek(out (long Time, string, string?, string[]) first) && Stopwatch.GetElapsedTime(first.Time) > s_window)
            {
                _callers.Dequeue();
            }

            TallySheet window = [.. _recent.Select(entry => entry.Tally)];
            return
            [
                .. _totals
                    .OrderBy(total => Array.IndexOf(s_order, total.Service))
                    .ThenBy(total => total.Version, StringComparer.Ordinal)
                    .Select(total => ToRow(total, window)),
            ];
        }
    }

    public Summary Summarize()
    {
        lock (_lock)
        {
            Tally web = _totals["web", null];
            return new Summary(
                web.Calls,
                web.Failed,
                _totals.Sum(tally => tally.Retries),
                new Split(_answers.GetValueOrDefault("v1"), _answers.GetValueOrDefault("v2")));
        }
    }

    private string[] CallersOf(Tally total) =>
    [
        .. _callers.Where(entry => (entry.Service, entry.Version) == (total.Service, total.Version))
            .SelectMany(entry => entry.Callers).Distinct().Order(StringComparer.Ordinal),
    ];

    private Row ToRow(Tally total, TallySheet window)
    {
        Tally recent = window[total.Service, total.Version];
        long ofService = window.Where(tally => tally.Service == total.Service).Sum(tally => tally.Calls);
        return new Row
        {
            Service = total.Service,
            Version = total.Version,
            Callers = CallersOf(total),
            RequestsPerSecond = recent.Calls / s_window.TotalSeconds,
            Success = recent.Calls == 0 ? null : (double)recent.Succeeded / recent.Calls,
            P50 = recent.Latencies.Quantile(0.50),
            P99 = recent.Latencies.Quantile(0.99),
            Share = ofService == 0 ? null : (double)recent.Calls / ofService,
            Retries = total.Retries,
            Ejections = total.Ejections,
        };
    }
}
