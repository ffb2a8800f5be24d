using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mesh.ConfigServer.Documents;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>Reads what a request brings. The listener ends one that is too large.</summary>
internal static class RequestBody
{
    // What is made of a large one takes many times its memory.
    private static readonly SemaphoreSlim s_large = new(1);

    /// <exception cref="ProblemException">It is neither JSON nor YAML.</exception>
    public static async Task<DocumentSet> ReadDocumentsAsync(HttpContext context)
    {
        DocumentFormat format = MediaTypes.FormatOf(context.Request);
        string text = await ReadTextAsync(context).ConfigureAwait(false);
        if (text.Length <= RestLimits.LargeBody)
        {
            return DocumentReader.Read(text, format);
        }

        await s_large.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            return DocumentReader.Read(text, format);
        }
        finally
        {
            s_large.Release();
        }
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
