using System.Collections.Concurrent;
using Mesh.Client.AspNetCore.Policy;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>
/// Judges calls in flight again when other policies hold. A call that the application ends at once is none; each other costs one object and one entry of
/// a dictionary.
/// </summary>
internal sealed class LiveCalls : IDisposable
{
    private readonly InboundPolicyMonitor _policy;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<LiveCall, bool> _all = new();

    public LiveCalls(InboundPolicyMonitor policy, ILogger<LiveCalls> logger)
    {
        (_policy, _logger) = (policy, logger);
        policy.Changed += JudgeAll;
    }

    /// <summary>Until it ends.</summary>
    /// <param name="call">It.</param>
    /// <param name="run">The application's work on it.</param>
    /// <param name="judged">By what it was let in.</param>
    public async Task FollowAsync(LiveCall call, Task run, InboundRules judged)
    {
        _all[call] = true;
        try
        {
            // A change before it was entered has not seen it.
            if (_policy.Current is var rules && rules != judged)
            {
                call.Judge(rules, _logger);
            }

            await run.ConfigureAwait(false);
        }
        finally
        {
            _all.TryRemove(call, out _);
            call.End();
        }
    }

    public void Dispose() => _policy.Changed -= JudgeAll;

    private void JudgeAll()
    {
        InboundRules rules = _policy.Current;
        foreach ((LiveCall call, _) in _all)
        {
            call.Judge(rules, _logger);
        }
    }
}
