using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Mesh.ConfigServer.Rest;

/// <summary>Answers with a problem whatever does not end well.</summary>
internal static class ProblemMiddleware
{
    public const string ContentType = "application/problem+json";

    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        ILogger logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Mesh.ConfigServer.Rest");
        return app.Use((context, next) => Guard(context, next, logger));
    }

    private static async Task Guard(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted && Of(exception, context, logger) is { } problem)
        {
            context.Response.Clear();
            await Write(context, problem).ConfigureAwait(false);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
        {
            await Write(context, Problems.OfStatus(context.Response.StatusCode, context)).ConfigureAwait(false);
        }
    }

    /// <summary>Null: the caller has gone.</summary>
    private static Problem? Of(Exception exception, HttpContext context, ILogger logger)
    {
        switch (exception)
        {
            case ProblemException known:
                return known.Problem;
            case BadDocumentsException bad:
                return Problems.BadDocuments(bad.Faults, bad.IsConflict);
            case StoreException store:
                if (store.Failure == StoreFailure.Unavailable)
                {
                    logger.StoreUnavailable(store.Message);
                }

                return Problems.Of(store, context.Request);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.TooLarge(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize);
            case BadHttpRequestException bad:
                return Problems.Of(bad.StatusCode, "urn:mesh:bad-request", QueryCheck.Complaint(context) ?? bad.Message);
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return null;
            default:
                logger.RequestFailed(context.Request.Method, Wording.Printable(context.Request.Path), exception);
                return Problems.Of(StatusCodes.Status500InternalServerError, "urn:mesh:internal",
                    "The server failed on this request. Its log has the reason, with event 151.");
        }
    }

    private static Task Write(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem is { Type: "urn:mesh:read-only", Status: StatusCodes.Status405MethodNotAllowed })
        {
            // What can be put and deleted can be read; of what takes a post nothing is left, which is said, too (RFC 9110, 10.2.1).
            context.Response.Headers[HeaderNames.Allow] = HttpMethods.IsPost(context.Request.Method) ? "" : HttpMethods.Get;
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"mesh\"";
        }

        return context.Response.WriteAsJsonAsync(problem, RestJson.Default.Problem, ContentType, context.RequestAborted);
    }
}
