using System.Net;

namespace Mesh.Benchmarks.Tail;

/// <summary>Makes the calls of a run at their moments, whatever has become of those before (an open loop).</summary>
internal sealed class Generator(IReadOnlyList<HttpClient> callers, VirtualTime time, Traffic traffic, int calls)
{
    private readonly List<Task> _calls = new(calls);

    /// <summary>From the moment at which a call was to be made until its answer was read, or it had failed.</summary>
    public TimeSpan[] Latencies { get; } = new TimeSpan[calls];

    public int Failures { get; private set; }

    /// <summary>How much later than it was to be the latest call was made.</summary>
    public TimeSpan Lateness { get; private set; }

    /// <summary>Calls that were made, in terms of those that were to be made in that time.</summary>
    public double Offered { get; private set; }

    public void Start() => PlanNext(TimeSpan.Zero);

    /// <summary>Throws when a call has not come to an end, or not to one that calls come to.</summary>
    public void CheckEnd()
    {
        if (_calls.Count != calls || !_calls.TrueForAll(call => call.IsCompletedSuccessfully))
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
        Lateness = TimeSpan.FromTicks(Math.Max(Lateness.Ticks, (time.Now - moment).Ticks));
        Offered = (number + 1) / (time.Now.TotalSeconds * traffic.Rate);
        using HttpRequestMessage request = traffic.NextRequest();
        if (!await SucceedsAsync(caller, request).ConfigureAwait(false))
        {
            Failures++;
        }

        Latencies[number] = time.Now - moment;
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
