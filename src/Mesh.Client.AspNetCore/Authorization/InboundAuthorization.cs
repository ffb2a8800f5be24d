using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>
/// Lets calls in that the policies of the moment allow. It comes before everything of the application's, which may believe what headers say of the
/// caller, and may change the path.
/// </summary>
internal sealed class InboundAuthorization(
    InboundPolicyMonitor policy, CallJudge judge, LiveCalls live, InboundTelemetry telemetry, ILogger<InboundAuthorization> logger) : IStartupFilter
{
    private InboundRules? _told;
    private RouteProbe? _routes;
    private bool _isOfTests;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        _routes = RouteProbe.Of(app);
        _isOfTests = StrictCheck.IsOfTests(app.ApplicationServices.GetService<IServer>());
        app.Use(following => context => Enter(context, following));
        next(app);
    };

    private Task Enter(HttpContext context, RequestDelegate following)
    {
        InboundRules rules = policy.Current;
        if (!rules.HasAuthority || rules.IsExempt(context.Request.Path.Value ?? ""))
        {
            return following(context);
        }

        if (rules.Table is null)
        {
            telemetry.Authorization(AuthorizationOutcome.Unknown);
            TellOnce(rules, () => logger.PolicyUnknown(policy.Trouble ?? "It has not been heard yet."));
            return Refusals.BeUnavailable(context);
        }

        if (!IsGuarded(context, rules))
        {
            int port = context.Connection.LocalPort;
            telemetry.Authorization(AuthorizationOutcome.NotGuarded);
            TellOnce(rules, () => logger.StrictNotEnforced(port, StrictCheck.Remedy));
            return Refusals.BeUnavailable(context);
        }

        PeerProof? proof = context.Features.Get<PeerProof>();
        CallFacts facts = CallReader.Read(context, proof);
        if (rules.NamesPaths && PathCheck.IsAmbiguous(context))
        {
            judge.Refuse(facts, AuthorizationOutcome.BadPath, "Its path has an encoded slash, a backslash or a NUL, and policies name paths.");
            return Refusals.RefusePath(context);
        }

        return rules.NamesRoutes && _routes is not null
            ? EnterByRouteAsync(context, following, rules, proof, facts)
            : Judge(context, following, rules, proof, facts);
    }

    private async Task EnterByRouteAsync(HttpContext context, RequestDelegate following, InboundRules rules, PeerProof? proof, CallFacts facts)
    {
        facts = facts with { Route = await _routes!.FindAsync(context).ConfigureAwait(false) };
        context.Features.Set<IEndpointFeature>(new JudgedEndpoint(policy, judge, facts));
        await Judge(context, following, rules, proof, facts).ConfigureAwait(false);
    }

    private Task Judge(HttpContext context, RequestDelegate following, InboundRules rules, PeerProof? proof, in CallFacts facts)
    {
        if (!judge.Admits(rules, proof, facts))
        {
            return Refusals.Deny(context);
        }

        // Asked for while nobody else has the context yet.
        IHttpRequestLifetimeFeature? lifetime = context.Features.Get<IHttpRequestLifetimeFeature>();
        IEndpointFeature? endpoint = context.Features.Get<IEndpointFeature>();
        Task run = following(context);
        return run.IsCompleted ? run : live.FollowAsync(new LiveCall(facts, proof, lifetime, endpoint), run, rules);
    }

    private bool IsGuarded(HttpContext context, InboundRules rules) =>
        rules.TlsOf(context.Connection.LocalPort) != InboundTls.Strict || context.Features.Get<SeenConnection>() is not null || _isOfTests;

    // Once for all calls.
    private void TellOnce(InboundRules rules, Action log)
    {
        if (Interlocked.Exchange(ref _told, rules) != rules)
        {
            Guarded.Log(log);
        }
    }
}
