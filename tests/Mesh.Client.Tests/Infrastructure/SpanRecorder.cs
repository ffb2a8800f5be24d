using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Samples the spans of one trace, the test's own, and keeps them. Other tests' spans are not touched.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _stopped = new();

    /// <param name="calls">How the mesh's own spans are sampled; null: nobody listens to them.</param>
    public SpanRecorder(ActivitySamplingResult? calls = ActivitySamplingResult.AllDataAndRecorded)
    {
        Root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http" || (source.Name == "Mesh.Client" && calls is not null),
            Sample = (ref options) => options.Parent.TraceId != Root.TraceId ? ActivitySamplingResult.None
                : options.Source.Name == "Mesh.Client" ? calls!.Value
                : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == Root.TraceId)
                {
                    _stopped.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The test's own span, which is the current one while the recorder lives.</summary>
    public Activity Root { get; }

    /// <summary>The mesh's spans, in the order in which they ended.</summary>
    public IReadOnlyList<Activity> Calls => [.. _stopped.Where(span => span.Source.Name == "Mesh.Client")];

    /// <summary>The runtime's spans, one for each attempt.</summary>
    public IReadOnlyList<Activity> Attempts => [.. _stopped.Where(span => span.Source.Name == "System.Net.Http")];

    public void Dispose()
    {
        Root.Dispose();
        _listener.Dispose();
    }
}
