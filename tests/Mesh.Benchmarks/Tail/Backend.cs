using System.Net;
using Mesh.Benchmarks.Terminals;

namespace Mesh.Benchmarks.Tail;

/// <summary>
/// A server as a timed queue: it works on so many calls at a time, the others wait in the order in which they came. A call that is given
/// up while it waits is never begun; one that has begun is worked off, for a server rarely notices.
/// </summary>
internal sealed class Backend(BackendKind kind, VirtualTime time, Random random) : HttpMessageHandler
{
    private readonly Queue<Job> _waiting = [];
    private int _busy;

    /// <summary>How many calls it was sent.</summary>
    public int Attempts { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Attempts++;
        if (kind.FailureShare > 0 && random.NextDouble() < kind.FailureShare)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request });
        }

        Job job = new(request, cancellationToken);
        _waiting.Enqueue(job);
        BeginNext();
        return job.Task;
    }

    private void BeginNext()
    {
        while (_busy < kind.Slots && _waiting.TryDequeue(out Job? job))
        {
            if (!job.Task.IsCompleted)
            {
                _busy++;
                time.At(time.Now + (job.Work * kind.SlowDown), () => End(job));
            }
        }
    }

    private void End(Job job)
    {
        _busy--;
        BeginNext();
        job.Answer();
    }

    // The caller goes on inside of Answer, on this thread: its continuations are not asked to run elsewhere.
    private sealed class Job : TaskCompletionSource<HttpResponseMessage>
    {
        private readonly HttpRequestMessage _request;
        private readonly CancellationTokenRegistration _giveUp;

        public Job(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _request = request;
            _giveUp = cancellationToken.UnsafeRegister(static (job, token) => ((Job)job!).TrySetCanceled(token), this);
        }

        public TimeSpan Work => Traffic.WorkOf(_request);

        public void Answer()
        {
            _giveUp.Dispose();
            if (!Task.IsCompleted)
            {
                SetResult(HttpTerminal.Answer(_request));
            }
        }
    }
}
