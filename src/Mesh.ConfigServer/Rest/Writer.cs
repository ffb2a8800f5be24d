using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who writes, and why: what is known of the caller, and what it claims.</summary>
internal static class Writer
{
    public const string Author = "Mesh-Author";
    public const string Message = "Mesh-Message";

    private const string Anonymous = "anonymous";

    /// <exception cref="ProblemException">A header is too long, or has characters that could mislead whoever reads the history.</exception>
    public static Authorship Of(HttpContext context)
    {
        HttpRequest request = context.Request;
        AccessCaller caller = AccessCaller.Of(context);
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

        // What is known goes before what is claimed.
        string? claimed = author.Trim() is { Length: > 0 } name ? name : null;
        return new Authorship(caller.Token?.Name ?? claimed ?? Anonymous, message) { Scope = caller.Scope, Origin = OriginOf(context, caller) };
    }

    /// <summary>Where a write comes from that was let in.</summary>
    public static WriteOrigin OriginOf(HttpContext context) => OriginOf(context, AccessCaller.Of(context));

    /// <param name="context">Of the request.</param>
    /// <param name="caller">Null: it was not let in.</param>
    public static WriteOrigin OriginOf(HttpContext context, AccessCaller? caller) => new(
        caller?.Name ?? WriteOrigin.Unproven, caller?.Token?.Id,
        Wording.Printable(context.Request.Headers[Author].ToString(), RestLimits.Author) is { Length: > 0 } claimed ? claimed : null,
        context.Connection.RemoteIpAddress?.ToString() ?? "", context.TraceIdentifier);

    private static string Single(HttpRequest request, string header)
    {
        StringValues values = request.Headers[header];
        return values.Count <= 1 ? values.ToString() : throw Problems.BadRequest($"{header} must not come twice.");
    }
}
