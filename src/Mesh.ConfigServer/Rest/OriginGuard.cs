using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.ConfigServer.Rest;

/// <summary>
/// Web pages of others get nothing. A browser lets them send requests, and hides the answers alone; on the server's own machine, where nobody is
/// asked for a token, a request is enough.
/// </summary>
internal static class OriginGuard
{
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        StringValues origin = context.Request.Headers.Origin;
        return origin.Count == 0 || (origin is [{ } only] && only.Equals($"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase))
            ? next(context) : throw Problems.CrossOrigin(Wording.Quote(origin.ToString()));
    }
}
