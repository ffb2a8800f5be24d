using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Rest;

/// <summary>Keeps writes that were refused in the audit, each in a transaction of its own; of many only so many a minute.</summary>
internal sealed class RefusedWrites(IServiceProvider services, TimeProvider time, ILogger<RefusedWrites> logger)
{
    private readonly SqliteDatabase? _database = services.GetService<SqliteDatabase>();
    private readonly RefusalBudget _budget = new(time);

    public async Task Watch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (Refusal(exception, context.Request) is { } problem && IsAttempt(context, problem.Status))
        {
            Keep(context, problem);
            throw;
        }
    }

    // What is no refusal, but a failure of the server's, would fail here as well.
    private static (int Status, string Reason)? Refusal(Exception exception, HttpRequest request) => exception switch
    {
        ProblemException { Problem: { Status: >= 400 and < 500 } problem } => (problem.Status, problem.Detail),
        BadDocumentsException bad => (bad.IsConflict ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest, bad.Faults[0].ToString()),
        StoreException store when Problems.Of(store, request) is { Status: < 500 } problem => (problem.Status, problem.Detail),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        _ => null,
    };

    // A dry run is no write; who tries one without being allowed to is told of all the same.
    private static bool IsAttempt(HttpContext context, int status) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AuditedAs>() is not null
        && (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden || context.Request.Query["dryRun"] != "true");

    private void Keep(HttpContext context, (int Status, string Reason) problem)
    {
        AccessCaller? caller = context.Features.Get<AccessCaller>();
        WriteOrigin origin = Writer.OriginOf(context, caller);
        if (_database is null || !_budget.TryTake(caller?.Token?.Id ?? origin.Address, out int omitted))
        {
            return;
        }

        if (omitted > 0)
        {
            logger.RefusedWritesOmitted(omitted);
        }

        string action = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
        try
        {
            _database.Transact(connection =>
            {
                AuditRows.Add(connection, new AuditRecord
                {
                    Time = time.GetUtcNow(), Origin = origin, Kind = context.GetEndpoint()!.Metadata.GetMetadata<AuditedAs>()!.Kind, Action = action,
                    Changes = [.. Targets(context)], Refusal = $"{problem.Status}: {problem.Reason}", Omitted = omitted,
                });
                return true;
            });
        }
        catch (StoreException failure)
        {
            // The caller is told why it was refused, in any case.
            logger.RefusedWriteNotKept(action, origin.By, origin.Address, failure.Message);
        }
    }

    private static IEnumerable<AuditChange> Targets(HttpContext context) => context.Request.RouteValues.Count == 0 ? []
        : [new AuditChange(
            Model.Documents.Wording.Printable(string.Join(' ', context.Request.RouteValues.Select(value => $"{value.Key}={value.Value}")), RestLimits.LoggedPath), null, null)];
}
