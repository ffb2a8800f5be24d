using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mesh.ConfigServer.Documents;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>Reads what a request brings. The listener ends one that is too large.</summary>
internal static class RequestBody
{
    // What is made of a large one takes many times its memory, until it is written.
    private static readonly SemaphoreSlim s_large = new(1);

    /// <summary>
    /// Reads documents and answers them. Of large bodies, and of those that do not say how large they are, one at a time.
    /// </summary>
    /// <exception cref="ProblemException">It is neither JSON nor YAML.</exception>
    public static async Task<IResult> WithDocumentsAsync(HttpContext context, Func<DocumentSet, Task<IResult>> answer)
    {
        DocumentFormat format = MediaTypes.FormatOf(context.Request);
        if (context.Request.ContentLength <= RestLimits.LargeBody)
        {
            return await AnswerAsync().ConfigureAwait(false);
        }

        await s_large.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            return await AnswerAsync().ConfigureAwait(false);
        }
        finally
        {
            s_large.Release();
        }

        async Task<IResult> AnswerAsync() =>
            await answer(DocumentReader.Read(await ReadTextAsync(context).ConfigureAwait(false), format)).ConfigureAwait(false);
    }

    /// <exception cref="ProblemException">It is no JSON, or not what is expected.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        MediaTypes.Required(context.Request, MediaTypes.Json);
        string text = await ReadTextAsync(context).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw Problems.BadRequest("The body is null.");
        }
        catch (JsonException exception)
        {
            throw Problems.BadRequest(JsonComplaint.Of(text, type) ?? $"The body cannot be read, in line {exception.LineNumber + 1}.");
        }
    }

    private static async Task<string> ReadTextAsync(HttpContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.Body, DocumentReader.Utf8, leaveOpen: true);
            return await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (DecoderFallbackException)
        {
            throw Problems.BadRequest("The body is no valid UTF-8.");
        }
    }
}
