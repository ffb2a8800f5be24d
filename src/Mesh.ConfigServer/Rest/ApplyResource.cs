using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Many documents, all or nothing.</summary>
internal static class ApplyResource
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/apply", ApplyAsync).For(AccessRole.Editor)
            .Describe("Apply", "Creates and replaces many documents, all or nothing.",
                "With prune=true documents that are not in the body are deleted. If-Match takes \"epoch.generation\".")
            .TakesDocuments().Writes().Produces<WriteAnswer>();
        api.MapPost("/validate", ValidateAsync).For(AccessRole.Viewer)
            .Describe("Validate", "Checks documents as a mesh of their own. Nothing is read from the store or written to it.")
            .TakesDocuments().Produces<WriteAnswer>().Refuses(StatusCodes.Status409Conflict);
    }

    private static Task<IResult> ApplyAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, LiveWarnings warnings, bool? dryRun, bool? prune)
    {
        MeshWrite write = new()
        {
            By = Writer.Of(context),
            Action = "apply",
            Expected = Preconditions.OfMesh(context.Request),
            Prune = prune ?? false,
            DryRun = dryRun ?? false,
        };
        return WithDocumentsAsync(context, async documents =>
        {
            WriteResult result = await metrics.Write(
                () => store.WriteAsync(write with { Put = documents }, context.RequestAborted)).ConfigureAwait(false);
            context.Stamp(result.Version);
            return Results.Json(WriteAnswer.Of(warnings.AddTo(result, documents)), RestJson.Default.WriteAnswer);
        });
    }

    private static Task<IResult> ValidateAsync(HttpContext context, IMeshStates states) => WithDocumentsAsync(context, documents =>
    {
        WriteAnswer answer = WriteAnswer.Of(DocumentCheck.Check(documents));
        MeshState current = states.Current;
        return Task.FromResult(
            Results.Json(answer with { Epoch = current.Epoch, Generation = current.Generation }, RestJson.Default.WriteAnswer));
    });

    /// <summary>None at all are a file that was not found, rather than the wish to delete the mesh.</summary>
    private static Task<IResult> WithDocumentsAsync(HttpContext context, Func<DocumentSet, Task<IResult>> answer) =>
        RequestBody.WithDocumentsAsync(context, documents => documents.Documents.IsEmpty && documents.Faults.IsEmpty
            ? throw Problems.BadRequest(
                "There are no documents in the body; nothing was done. A document begins with 'kind: Service' or 'kind: MeshSettings'. "
                + $"To delete a service, send DELETE {RestApi.Root}/services/{{namespace}}/{{name}}.")
            : answer(documents));
}
