using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who writes, and why, as the request claims.</summary>
internal static class Writer
{
    public const string Author = "Mesh-Author";
    public const string Message = "Mesh-Message";

    private const string Anonymous = "anonymous";

    /// <exception cref="ProblemException">A header is too long, or has characters that could mislead whoever reads the history.</exception>
    public static Authorship Of(HttpRequest request)
    {
        string author = Single(request, Author);
        if (author.Length > RestLimits.Author || author.Any(c => c is < ' ' or > '~'))
        {
            throw Problems.BadRequest($"{Author} takes at most {RestLimits.Author} printable ASCII characters.");
        }

        string message = Uri.UnescapeDataString(Single(request, Message));
        if (message.Length > RestLimits.Message || message.Any(c => char.IsControl(c) && c is not ('\n' or '\t')))
        {
            throw Problems.BadRequest(
                $"{Message} takes at most {RestLimits.Message} characters, percent-encoded, "
                + "with no control characters but tabs and line feeds.");
        }

        return new Authorship(author.Trim() is { Length: > 0 } name ? name : Anonymous, message);
    }

    private static string Single(HttpRequest request, string header)
    {
        StringValues values = request.Headers[header];
        return values.Count <= 1 ? values.ToString() : throw Problems.BadRequest($"{header} must not come twice.");
    }
}
