using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mesh.ConfigServer.Rest;

/// <summary>The problems that the API knows.</summary>
internal static class Problems
{
    public static Problem BadDocuments(ImmutableArray<MeshFault> faults, bool isConflict) => new(
        isConflict ? "urn:mesh:conflict" : "urn:mesh:bad-documents",
        isConflict ? "Documents are in conflict" : "Documents have faults",
        isConflict ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest,
        $"{Count(faults.Length)}; nothing was changed.",
        faults);

    public static ProblemException BadRequest(string detail) => new(Of(StatusCodes.Status400BadRequest, "urn:mesh:bad-request", detail));

    public static ProblemException NotFound(string detail) => new(Of(StatusCodes.Status404NotFound, "urn:mesh:not-found", detail));

    public static ProblemException Conflict(string detail) => new(Of(StatusCodes.Status409Conflict, "urn:mesh:conflict", detail));

    /// <summary>Nobody knows who calls.</summary>
    public static ProblemException Unproven(string detail) => new(Of(StatusCodes.Status401Unauthorized, "urn:mesh:unproven", detail));

    /// <summary>Who calls is known, and may not.</summary>
    public static ProblemException Forbidden(string detail) => new(Of(StatusCodes.Status403Forbidden, "urn:mesh:forbidden", detail));

    public static ProblemException CrossOrigin(string origin) => new(Of(StatusCodes.Status403Forbidden, "urn:mesh:cross-origin",
        $"The request comes from a web page of {origin}, which is another than this server's."));

    public static ProblemException MediaType(string detail) =>
        new(Of(StatusCodes.Status415UnsupportedMediaType, "urn:mesh:media-type", detail));

    public static ProblemException Misdirected(string host) => new(Of(StatusCodes.Status421MisdirectedRequest, "urn:mesh:misdirected",
        $"The server listens on this machine alone, and {Wording.Quote(host)} is no name of it. "
        + "Call it as localhost, 127.0.0.1 or [::1]."));

    public static Problem TooLarge(long? most) => Of(StatusCodes.Status413PayloadTooLarge, "urn:mesh:too-large",
        $"The body is larger than {(most is < 1024 * 1024 and var small ? $"{small / 1024} KB" : $"{(most ?? DocumentReader.LongestText) / (1024 * 1024)} MB")}, "
        + "which is the most that is taken."
        + (most is RestLimits.Backup or RestLimits.SmallBody ? "" : " Apply the documents in several parts."));

    public static Problem Of(StoreException exception, HttpRequest request) => exception.Failure switch
    {
        StoreFailure.ReadOnly => Of(
            HttpMethods.IsGet(request.Method) ? StatusCodes.Status409Conflict : StatusCodes.Status405MethodNotAllowed,
            "urn:mesh:read-only", exception.Message),
        StoreFailure.PreconditionFailed => Of(StatusCodes.Status412PreconditionFailed, "urn:mesh:precondition", exception.Message),
        StoreFailure.UnknownGeneration => Of(StatusCodes.Status404NotFound, "urn:mesh:not-found", exception.Message),
        StoreFailure.OutOfScope => Of(StatusCodes.Status403Forbidden, "urn:mesh:forbidden", exception.Message),
        StoreFailure.BadBackup => Of(StatusCodes.Status400BadRequest, "urn:mesh:bad-backup", exception.Message),
        _ => Of(StatusCodes.Status503ServiceUnavailable, "urn:mesh:store", exception.Message),
    };

    /// <summary>What the framework refuses by itself.</summary>
    public static Problem OfStatus(int status, HttpContext context) => status switch
    {
        StatusCodes.Status404NotFound => Of(status, "urn:mesh:not-found",
            $"There is nothing at {Wording.Quote(context.Request.Path)}. /openapi/v1.json lists all there is."),
        StatusCodes.Status405MethodNotAllowed => Of(status, "urn:mesh:method",
            $"{Wording.Quote(context.Request.Method)} is not among what "
            + $"{Wording.Quote(context.Request.Path)} takes: {context.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => TooLarge(null),
        _ => Of(status, "about:blank", "The request was refused."),
    };

    public static Problem Of(int status, string type, string detail) =>
        new(type, ReasonPhrases.GetReasonPhrase(status), status, Wording.Printable(detail), []);

    // The last one of a list that was cut says that there are more.
    private static string Count(int faults) => faults switch
    {
        1 => "There is 1 fault",
        > MeshDocuments.MostFaults => $"There are more than {MeshDocuments.MostFaults} faults",
        _ => $"There are {faults} faults",
    };
}
