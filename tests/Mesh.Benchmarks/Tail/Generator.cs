using System.Net;

namespace Mesh.Benchmarks.Tail;

/// <summary>Makes the calls of a run at their moments, whatever has become of those before (an open loop).</summary>
internal sealed class Generator(IReadOnlyList<HttpClient> callers, VirtualTime time, Traffic traffic, int calls)
{
    private readonly List<Task> _calls = new(calls);
    private readonly TimeSpan[] _latencies = new TimeSpan[calls];
    private int _failures;
    private TimeSpan _lateness;
    private TimeSpan _duration;

    /// <summary>From the moment at which a call was to be made until its answer was read, or it had failed.</summary>
    public TimeSpan[] Latencies => _latencies;

    public int Failures => _failures;

    /// <summary>How much later than it was to be the latest call was made.</summary>
    public TimeSpan Lateness => _lateness;

    /// <summary>When the last call was made.</summary>
    public TimeSpan Duration => _duration;

    public void Start() => PlanNext(TimeSpan.Zero);

    /// <summary>Throws when a call has not come to an end, or not to one that calls come to.</summary>
    public void CheckEnd()
    {
        if (_calls.Count != calls || _calls.Find(call => !call.IsCompletedSuccessfully) is { } odd)
        {
            throw new InvalidOperationException("A call has not ended as calls do.", _calls.Find(call => call.IsFaulted)?.Exception);
        }
    }

    private void PlanNext(TimeSpan last)
    {
        TimeSpan moment = last + traffic.NextGap();
        time.At(moment, () =>
        {
            if (_calls.Count + 1 < calls)
            {
                PlanNext(moment);
            }

            _calls.Add(CallAsync(callers[traffic.NextCaller(callers.Count)], moment, _calls.Count));
        });
    }

    private async Task CallAsync(HttpClient caller, TimeSpan moment, int number)
    {
        _duration = time.Now;
        if (time.Now - moment > _lateness)
        {
            _lateness = time.Now - moment;
        }

        using HttpRequestMessage request = traffic.NextRequest();
        if (!await SucceedsAsync(caller, request).ConfigureAwait(false))
        {
            _failures++;
        }

        _latencies[number] = time.Now - moment;
    }

    private static async Task<bool> SucceedsAsync(HttpClient caller, HttpRequestMessage request)
    {
        try
        {
            using HttpResponseMessage response = await caller.SendAsync(request).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            return false;
        }
    }
}
