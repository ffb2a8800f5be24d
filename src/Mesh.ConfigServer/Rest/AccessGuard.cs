using System.Net;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Registry;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.Rest;

/// <summary>
/// Lets in who may call an endpoint. It goes by the endpoint that was found, and not by the path: however that is written, it is judged as what
/// it leads to.
/// </summary>
internal sealed class AccessGuard(AccessSettings settings, IServiceProvider services, TimeProvider time, ILogger<AccessGuard> logger)
{
    private const string Scheme = "Bearer ";

    private static readonly NeedsRole s_nothing = new(AccessRole.Viewer);
    private static readonly NeedsRole s_unmarked = new(AccessRole.Admin, Everywhere: true);

    private readonly AccessTokens? _tokens = services.GetService<AccessTokens>();
    private readonly ToldRefusals _told = new(time);

    public Task Check(HttpContext context, RequestDelegate next)
    {
        NeedsRole needed = NeededAt(context.GetEndpoint());
        if (needed.Role is { } role)
        {
            AccessCaller caller = CallerOf(context, context.GetEndpoint()?.Metadata.GetMetadata<ServesMetrics>() is not null);

            // Before it may be refused: the audit says who was.
            context.Features.Set(caller);
            Require(context, caller, role, needed.Everywhere);
        }

        return next(context);
    }

    // Where there is nothing, that is told to who may see the mesh; so is what routing itself answers, such as 405.
    private static NeedsRole NeededAt(Endpoint? endpoint) =>
        endpoint is not RouteEndpoint ? s_nothing : endpoint.Metadata.GetMetadata<NeedsRole>() ?? s_unmarked;

    private AccessCaller CallerOf(HttpContext context, bool isMetrics)
    {
        StringValues shown = context.Request.Headers.Authorization;
        if (shown.Count == 0)
        {
            return !settings.IsRequired || (isMetrics && settings.MetricsAreAnonymous) ? new AccessCaller(null) : throw Refused(context, null, Problems.Unproven(
                "An access token is needed: Authorization: Bearer, and the token. `mesh access create` makes one; the server printed the first at its start."));
        }

        string refusal = "Authorization must come once, as Bearer and an access token.";
        AccessToken? token = shown is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? Verify(value[Scheme.Length..].Trim(), out refusal) : null;
        return token is not null ? new AccessCaller(token) : throw Refused(context, null, Problems.Unproven(refusal));
    }

    private AccessToken? Verify(string shown, out string refusal)
    {
        refusal = "This server keeps no access tokens.";
        return _tokens?.Verify(shown, out refusal);
    }

    private void Require(HttpContext context, AccessCaller caller, AccessRole role, bool everywhere)
    {
        if (caller.Role < role)
        {
            throw Refused(context, caller, Problems.Forbidden(
                $"This takes the role {Word(role)}, and the access token {Wording.Quote(caller.Name)} has the role {Word(caller.Role)}."));
        }

        if (everywhere && caller.Scope.Namespaces is not null)
        {
            throw Refused(context, caller, Problems.Forbidden(
                $"This takes an access token for all namespaces, and {Wording.Quote(caller.Name)} is for "
                + $"{string.Join(", ", caller.Token!.Namespaces!.Select(space => $"'{space}'"))} alone."));
        }
    }

    private ProblemException Refused(HttpContext context, AccessCaller? caller, ProblemException refusal)
    {
        IPAddress? address = context.Connection.RemoteIpAddress;
        string path = Wording.Printable(context.Request.Path, RestLimits.LoggedPath);
        if (_told.IsNew(address, $"{refusal.Message} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}"))
        {
            logger.AccessRefused(
                Wording.Printable(context.Request.Method), path, $"{address}", caller?.Name ?? Store.WriteOrigin.Unproven, refusal.Problem.Status, refusal.Message);
        }

        return refusal;
    }

    private static string Word(AccessRole role) => role.ToString().ToLowerInvariant();
}
