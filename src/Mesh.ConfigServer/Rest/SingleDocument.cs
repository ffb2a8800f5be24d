using System.Collections.Immutable;
using System.Text;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>One document: read, put and deleted by its key.</summary>
internal static class SingleDocument
{
    public static IResult Get(HttpContext context, IMeshStates states, DocumentKey key)
    {
        if (!AccessCaller.Of(context).MaySee(key.Namespace))
        {
            throw Problems.Forbidden($"The access token {Wording.Quote(AccessCaller.Of(context).Name)} is not for the namespace {Wording.Quote(key.Namespace)}.");
        }

        MeshState state = states.Current;
        context.Stamp(state.Version);
        if (!state.Documents.TryGetValue(key, out MeshDocument? document))
        {
            throw Problems.NotFound($"The mesh has no document {key}.");
        }

        bool isYaml = MediaTypes.WantsYaml(context.Request);
        string eTag = isYaml ? document.ETag + Preconditions.YamlSuffix : document.ETag;
        context.Response.Headers.ETag = Quote(eTag);
        context.Response.Headers.Vary = "Accept";
        return Preconditions.IsKnown(context.Request, eTag) ? Results.StatusCode(StatusCodes.Status304NotModified)
            : isYaml ? Results.Text(DocumentWriter.ToYaml([document]), MediaTypes.Yaml, Encoding.UTF8)
            : Results.Text(document.Json, MediaTypes.Json, Encoding.UTF8);
    }

    public static Task<IResult> PutAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, LiveWarnings warnings, DocumentKey key, bool isDryRun)
    {
        MeshWrite write = Write(Writer.Of(context), "put", key, Preconditions.OfDocument(context.Request), isDryRun);
        return RequestBody.WithDocumentsAsync(context, async put =>
        {
            if (put.Faults.IsEmpty && !(put.Documents is [{ } only] && only.Key == key))
            {
                throw Problems.BadRequest(put.Documents is [{ } other]
                    ? $"The body is {other.Key}; here goes {key}."
                    : $"The body has {put.Documents.Length} documents; here goes one, {key}. POST to {RestApi.Root}/apply takes several.");
            }

            WriteResult result = await metrics.Write(
                () => store.WriteAsync(write with { Put = put }, context.RequestAborted)).ConfigureAwait(false);
            return Answer(context, warnings.AddTo(result, put));
        });
    }

    public static async Task<IResult> DeleteAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, DocumentKey key, bool isDryRun)
    {
        Authorship by = Writer.Of(context);
        Precondition precondition = Preconditions.OfDocument(context.Request);
        MeshWrite write = Write(by, "delete", key, precondition, isDryRun) with { Delete = [key] };
        WriteResult result = await metrics.Write(() => store.WriteAsync(write, context.RequestAborted)).ConfigureAwait(false);
        return result.Changes.Any(change => change.Action == ChangeAction.Deleted)
            ? Answer(context, result) : throw Problems.NotFound($"The mesh has no document {key}.");
    }

    public static IResult Answer(HttpContext context, WriteResult result)
    {
        context.Stamp(result.Version);
        if (result.Changes is [{ After: { } eTag }])
        {
            context.Response.Headers.ETag = Quote(eTag);
        }

        bool isNew = !result.DryRun && result.Changes is [{ Action: ChangeAction.Created }];
        int status = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return Results.Json(WriteAnswer.Of(result), RestJson.Default.WriteAnswer, statusCode: status);
    }

    private static MeshWrite Write(Authorship by, string action, DocumentKey key, Precondition precondition, bool isDryRun) => new()
    {
        By = by,
        Action = action,
        DryRun = isDryRun,
        Preconditions = ImmutableDictionary<DocumentKey, Precondition>.Empty.Add(key, precondition),
    };

    private static string Quote(string eTag) => $"\"{eTag}\"";
}
