using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Client.Telemetry;
using Mesh.Model.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>A call while the application works on it.</summary>
internal sealed class LiveCall(in CallFacts facts, PeerProof? proof, IHttpRequestLifetimeFeature? lifetime, IEndpointFeature? endpoint)
{
    private readonly CallFacts _facts = facts;

    // At its end the web server takes its objects for another call.
    private readonly Lock _gate = new();
    private bool _isOver;

    /// <summary>Cuts it where it is not allowed any more.</summary>
    public void Judge(InboundRules rules, ILogger logger)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            try
            {
                if (Refusal(rules) is { } reason)
                {
                    Cut();
                    Guarded.Log(() => logger.CallCut(CallWords.Caller(_facts), _facts.Method, CallWords.Path(_facts), reason));
                }
            }
            catch (Exception fault)
            {
                Cut();
                Guarded.Log(() => logger.JudgingFailed(_facts.Method, CallWords.Path(_facts), fault));
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
        }
    }

    private string? Refusal(InboundRules rules)
    {
        if (CallWords.WhyNotBelieved(rules, proof) is { } revoked)
        {
            return revoked;
        }

        if (rules.Table is not { } table)
        {
            return "It is not known who may call.";
        }

        // The endpoint is the one that was chosen, where one has been.
        AuthorizationVerdict verdict = table.Decide(endpoint?.Endpoint is { } chosen ? _facts with { Route = RoutePatterns.Of(chosen) } : _facts).Verdict;
        return verdict.IsAllowed ? null : CallWords.Why(verdict, table);
    }

    private void Cut()
    {
        _isOver = true;
        lifetime?.Abort();
    }
}
