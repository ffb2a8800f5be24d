using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who wrote what, and from where.</summary>
internal static class AuditResource
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit", ListAsync).For(AccessRole.Viewer, everywhere: true)
        .Describe("ListAudit", "Every write, and those that were refused, newest first.",
            $"At most limit of them (50 unless given, {RestLimits.Generations} at most), below before, since then, by that name, of that kind.")
        .Produces<AuditList>().Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ListAsync(HttpContext context, int? limit, long? before, DateTimeOffset? since, string? by, string? kind)
    {
        if (limit is < 1 or > RestLimits.Generations)
        {
            throw Problems.BadRequest($"limit is from 1 to {RestLimits.Generations}.");
        }

        if (QueryCheck.Given(kind) is { } given && !AuditKinds.All.Contains(given, StringComparer.OrdinalIgnoreCase))
        {
            throw Problems.BadRequest($"{Wording.Quote(given)} is no kind of write. Known: {Wording.Names(AuditKinds.All)}.");
        }

        SqliteDatabase database = context.RequestServices.GetService<SqliteDatabase>()
            ?? throw Problems.NotFound("Nothing is written here: the server watches a directory, and has no database.");
        AuditQuery query = new()
        {
            Limit = limit ?? 50, Before = before, Since = since, By = QueryCheck.Given(by), Kind = QueryCheck.Given(kind),
        };
        List<AuditRecord> records = await database.ReadAsync(
            connection => AuditRows.Read(connection, query), context.RequestAborted).ConfigureAwait(false);
        return Results.Json(new AuditList([.. records.Select(AuditEntry.Of)]), RestJson.Default.AuditList);
    }
}
