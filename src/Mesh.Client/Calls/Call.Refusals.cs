using Mesh.Client.Resilience;
using Mesh.Client.Runtime;
using Mesh.Client.Transport;

namespace Mesh.Client.Calls;

/// <content>
/// Connections that are refused. The call goes on to an endpoint that it has not tried, at once, and none of its retries is spent: no server had
/// work of it (in gRPC's terms a transparent retry, proposal A6).
/// </content>
internal sealed partial class Call
{
    // Of a service with many endpoints that are all gone, a call need not ask each.
    private const int MostRefusals = 10;

    // What the attempt before came to, while another endpoint is looked for.
    private AttemptResult? _refused;
    private int _refusals;

    /// <summary>What an attempt comes to for which there is no endpoint, or none but those that have refused.</summary>
    public AttemptResult WithoutEndpoint()
    {
        if (_refused is not { } refused)
        {
            return NoEndpoint;
        }

        _refused = null;
        ReleaseBudget();
        return refused with { RetryAfter = RetryDelay(refused.Outcome, default, _runtime.Clock.Now) };
    }

    private bool MayGoElsewhere(Outcome outcome, Exception exception) =>
        _refusals < MostRefusals
        && outcome.NotProcessed
        && ConnectionRefusal.IsCauseOf(exception)
        && Route.Retry.Settings.Attempts > 0
        && _mayRetry is not false
        && Route.Retry.Covers(outcome)
        && ReplayableContent.CanReplay(Request);

    // False: it would go where it has been.
    private bool GoElsewhere(Endpoint picked, AttemptResult refused)
    {
        if (_tried.AsSpan(0, _attempts).Contains(picked))
        {
            return false;
        }

        Telemetry.Retries.Add(1, TagsOf(refused.Outcome));
        _refused = null;
        _refusals++;
        return true;
    }
}
