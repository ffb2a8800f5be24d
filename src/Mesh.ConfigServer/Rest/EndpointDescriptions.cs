using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>Words for the OpenAPI document that come again and again.</summary>
internal static class EndpointDescriptions
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary, string? description = null)
    {
        endpoint.WithName(name).WithSummary(summary)
            .Produces<Problem>(StatusCodes.Status421MisdirectedRequest, ProblemMiddleware.ContentType);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>Who may call it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="role">The least.</param>
    /// <param name="everywhere">Whether a token for some namespaces is not enough.</param>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, AccessRole role, bool everywhere = false) => endpoint
        .WithMetadata(new NeedsRole(role, everywhere)).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);

    /// <summary>It is open to anybody.</summary>
    public static RouteHandlerBuilder ForAnybody(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new NeedsRole(null));

    /// <summary>It writes, so that what it refuses goes into the audit.</summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, string kind) => endpoint.WithMetadata(new AuditedAs(kind));

    public static RouteHandlerBuilder TakesDocuments(this RouteHandlerBuilder endpoint) =>
        endpoint.Takes<MeshDocument>(
            "Documents: in JSON one or an array of them, in YAML any number with --- between them.", MediaTypes.OfDocuments);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, string description, params string[] mediaTypes) =>
        endpoint.WithMetadata(new BodyOf(typeof(T), description, mediaTypes)).Refuses(
            StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Of a write: what it may end in besides the result.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder endpoint, bool takesPreconditions = true) =>
        endpoint.Audited(AuditKinds.Documents).WithMetadata(new WriteHeaders(takesPreconditions)).Refuses(
            StatusCodes.Status400BadRequest, StatusCodes.Status405MethodNotAllowed, StatusCodes.Status409Conflict,
            StatusCodes.Status412PreconditionFailed, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Of one document: it is read.</summary>
    public static RouteHandlerBuilder GetsDocument(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<MeshDocument>(StatusCodes.Status200OK, MediaTypes.Json, MediaTypes.Yaml).Refuses(StatusCodes.Status404NotFound);

    /// <summary>Of one document: it is created or replaced.</summary>
    public static RouteHandlerBuilder PutsDocument(this RouteHandlerBuilder endpoint) =>
        endpoint.TakesDocuments().Writes().Produces<WriteAnswer>().Produces<WriteAnswer>(StatusCodes.Status201Created);

    /// <summary>Of one document: it is deleted.</summary>
    public static RouteHandlerBuilder DeletesDocument(this RouteHandlerBuilder endpoint) =>
        endpoint.Writes().Produces<WriteAnswer>().Refuses(StatusCodes.Status404NotFound);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (int status in statuses)
        {
            endpoint.Produces<Problem>(status, ProblemMiddleware.ContentType);
        }

        return endpoint;
    }
}
