using System.Collections.Immutable;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>The history, and the way back.</summary>
internal static class GenerationsResource
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/generations", ListAsync).For(AccessRole.Viewer)
            .Describe("ListGenerations", "What was written, newest first.",
                $"At most limit of them (50 unless given, {RestLimits.Generations} at most), below before, "
                + "those that changed such documents; "
                + $"of each the first {RestLimits.Changes} changes, and how many more there are.")
            .Produces<GenerationList>().Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/generations/{generation:long}", GetAsync).For(AccessRole.Viewer)
            .Describe("GetGeneration", "What was written then, with all documents as they were after it.")
            .Produces<GenerationDetails>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/rollback", RollBackAsync).For(AccessRole.Editor)
            .Describe("RollBack", "Writes a new generation with the documents of an old one.")
            .Takes<RollbackRequest>("Which generation.", MediaTypes.Json).Writes(takesPreconditions: false)
            .Produces<WriteAnswer>().Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, IMeshStore store, int? limit, long? before, string? kind, string? @namespace, string? name)
    {
        if (limit is < 1 or > RestLimits.Generations)
        {
            throw Problems.BadRequest($"limit is from 1 to {RestLimits.Generations}.");
        }

        var query = new HistoryQuery
        {
            Limit = limit ?? 50, MostChanges = RestLimits.Changes, Before = before, Kind = QueryCheck.Kind(kind),
            Namespace = QueryCheck.Given(@namespace), Name = QueryCheck.Given(name),
        };
        ImmutableArray<GenerationRecord> records = await store.ReadHistoryAsync(query, context.RequestAborted).ConfigureAwait(false);
        return Results.Json(new GenerationList([.. records.Select(record => Generation.Of(Seen(context, record)))]), RestJson.Default.GenerationList);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IMeshStore store, long generation)
    {
        (GenerationRecord record, ImmutableArray<MeshDocument> documents) =
            await store.ReadGenerationAsync(generation, context.RequestAborted).ConfigureAwait(false);
        ImmutableArray<MeshDocument> seen = [.. documents.Where(document => AccessCaller.Of(context).MaySee(document.Key.Namespace))];
        return Results.Json(GenerationDetails.Of(Seen(context, record), seen), RestJson.Default.GenerationDetails);
    }

    private static GenerationRecord Seen(HttpContext context, GenerationRecord record) => record with
    {
        Changes = [.. record.Changes.Where(change => AccessCaller.Of(context).MaySee(change.Key.Namespace))],
    };

    private static async Task<IResult> RollBackAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, bool? dryRun)
    {
        Authorship by = Writer.Of(context);
        Preconditions.Refuse(context.Request);
        RollbackRequest request = await RequestBody.ReadJsonAsync(context, RestJson.Default.RollbackRequest).ConfigureAwait(false);
        WriteResult result = await metrics.Write(
            () => store.RollBackAsync(request.Generation, by, dryRun ?? false, context.RequestAborted)).ConfigureAwait(false);
        context.Stamp(result.Version);
        return Results.Json(WriteAnswer.Of(result), RestJson.Default.WriteAnswer);
    }
}
