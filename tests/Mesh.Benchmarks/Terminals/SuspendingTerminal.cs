namespace Mesh.Benchmarks.Terminals;

/// <summary>
/// Answers as <see cref="HttpTerminal"/> does, but only once the caller opens the gate: every handler above suspends and
/// resumes, as on a real network, and all of it happens on the caller's thread.
/// </summary>
internal sealed class SuspendingTerminal(Gate gate) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await gate.PassAsync().ConfigureAwait(false);
        return HttpTerminal.Answer(request);
    }
}
