using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>All that there is, in one file.</summary>
internal static class BackupResource
{
    private const string Binary = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/backup", GetAsync).For(AccessRole.Admin)
            .Describe("GetBackup", "All documents with their history, as one SQLite database.")
            .Produces<Stream>(StatusCodes.Status200OK, Binary)
            .Refuses(StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/restore", RestoreAsync).For(AccessRole.Admin)
            .Describe("Restore", "Puts a backup in the place of all that there is, in a new epoch.")
            .WithMetadata(new RequestSizeLimitAttribute(RestLimits.Backup))
            .Takes<Stream>("A backup.", Binary).Writes(takesPreconditions: false).Produces<WriteAnswer>();
    }

    private static async Task<IResult> GetAsync(HttpContext context, IMeshStore store)
    {
        var folder = TemporaryFolder.Create();
        context.Response.RegisterForDispose(folder);
        string file = folder.File("mesh.db");
        await store.BackUpAsync(file, context.RequestAborted).ConfigureAwait(false);
        return Results.File(file, Binary, "mesh.db");
    }

    private static async Task<IResult> RestoreAsync(HttpContext context, IMeshStore store, ServerMetrics metrics)
    {
        Authorship by = Writer.Of(context);
        Preconditions.Refuse(context.Request);
        MediaTypes.Required(context.Request, Binary);
        using var folder = TemporaryFolder.Create();
        string file = folder.File("mesh.db");
        if (!store.IsReadOnly)
        {
            // One that takes no backup says so by itself, before a gigabyte is sent.
            await ReceiveAsync(context, file).ConfigureAwait(false);
        }

        WriteResult result = await metrics.Write(() => store.RestoreAsync(file, by, context.RequestAborted)).ConfigureAwait(false);
        context.Stamp(result.Version);
        return Results.Json(WriteAnswer.Of(result), RestJson.Default.WriteAnswer);
    }

    private static async Task ReceiveAsync(HttpContext context, string file)
    {
        try
        {
            FileStream backup = File.Create(file);
            await using (backup.ConfigureAwait(false))
            {
                await context.Request.Body.CopyToAsync(backup, context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (IOException exception)
            when (exception is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            throw TemporaryFolder.Failed(exception);
        }
    }
}
