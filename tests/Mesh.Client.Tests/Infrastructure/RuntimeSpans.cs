using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Collects the spans that the runtime makes of HTTP requests.</summary>
internal sealed class RuntimeSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public RuntimeSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>A trace of the test's own.</summary>
    public static Activity StartParent() => new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

    /// <summary>The spans of a trace, in the order in which they began.</summary>
    public IEnumerable<Activity> Of(ActivityTraceId trace) => _spans.Where(span => span.TraceId == trace);

    public void Dispose() => _listener.Dispose();
}
