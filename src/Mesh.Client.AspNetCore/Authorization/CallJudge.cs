using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Client.Telemetry;
using Mesh.Model.Authorization;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Says of calls whether they may pass, and tells the operator what a caller is not told.</summary>
internal sealed class CallJudge(InboundTelemetry telemetry, TimeProvider time, ILogger<CallJudge> logger)
{
    private readonly LogLimit _refusals = new(time);
    private readonly LogLimit _rehearsals = new(time);
    private readonly LogLimit _audits = new(time);

    /// <summary>As it comes. All of it is told.</summary>
    public bool Admits(InboundRules rules, PeerProof? proof, in CallFacts facts)
    {
        if (CallWords.WhyNotBelieved(rules, proof) is { } revoked)
        {
            Refuse(facts, AuthorizationOutcome.Revoked, revoked);
            return false;
        }

        AuthorizationDecision decision = rules.Table!.Decide(facts);
        if (decision.Verdict.IsAllowed)
        {
            telemetry.Authorization(AuthorizationOutcome.Of(decision.Verdict));
        }
        else
        {
            Refuse(facts, decision.Verdict, rules.Table);
        }

        if (decision.Rehearsed is { } rehearsed && rehearsed.IsAllowed != decision.Verdict.IsAllowed)
        {
            TellRehearsal(facts, decision.Verdict, rehearsed, rules.Table);
        }

        if (!decision.Audits.IsEmpty)
        {
            TellAudits(facts, decision);
        }

        return decision.Verdict.IsAllowed;
    }

    /// <summary>As it turns out to ask for another endpoint than it seemed to. A refusal is told, and counts besides.</summary>
    public bool AdmitsAgain(InboundRules rules, in CallFacts facts)
    {
        if (rules.Table is not { } table)
        {
            return false;
        }

        AuthorizationVerdict verdict = table.Decide(facts).Verdict;
        if (!verdict.IsAllowed)
        {
            Refuse(facts, verdict, table);
        }

        return verdict.IsAllowed;
    }

    /// <summary>Nobody is asked about it.</summary>
    public void Refuse(in CallFacts facts, string outcome, string reason)
    {
        telemetry.Authorization(outcome);
        TellRefusal(facts, reason);
    }

    private void Refuse(in CallFacts facts, in AuthorizationVerdict verdict, AuthorizationTable table)
    {
        string outcome = AuthorizationOutcome.Of(verdict);
        if (verdict.By is { } rule)
        {
            telemetry.Authorization(outcome, rule.Policy.FullName);
        }
        else
        {
            telemetry.Authorization(outcome);
        }

        TellRefusal(facts, CallWords.Why(verdict, table));
    }

    private void TellRefusal(CallFacts facts, string reason) =>
        _refusals.Log(() => logger.CallRefused(CallWords.Caller(facts), facts.Method, CallWords.Path(facts), reason));

    private void TellRehearsal(CallFacts facts, AuthorizationVerdict verdict, AuthorizationVerdict rehearsed, AuthorizationTable table)
    {
        string outcome = rehearsed.IsAllowed ? AuthorizationOutcome.WouldBeAllowed : AuthorizationOutcome.WouldBeDenied;
        if (rehearsed.By is { } rule)
        {
            telemetry.Authorization(outcome, rule.Policy.FullName);
        }
        else
        {
            telemetry.Authorization(outcome);
        }

        _rehearsals.Log(() => logger.DryRunDiffers(
            CallWords.Caller(facts), facts.Method, CallWords.Path(facts), CallWords.Of(verdict), CallWords.Of(rehearsed), CallWords.Why(rehearsed, table)));
    }

    private void TellAudits(CallFacts facts, AuthorizationDecision decision)
    {
        foreach (AuthorizationMatch audit in decision.Audits)
        {
            _audits.Log(() => logger.CallAudited(CallWords.Caller(facts), facts.Method, CallWords.Path(facts), CallWords.Of(decision.Verdict), $"{audit}"));
        }
    }
}
