using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>The tokens by which people and programs use this API.</summary>
internal static class AccessResource
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/access", List).For(AccessRole.Admin)
            .Describe("ListAccess", "All access tokens without their secrets, the newest first.")
            .Produces<AccessList>().Refuses(StatusCodes.Status404NotFound);
        api.MapPost("/access", CreateAsync).For(AccessRole.Admin).Audited(AuditKinds.Access)
            .WithMetadata(new RequestSizeLimitAttribute(RestLimits.SmallBody))
            .Describe("CreateAccess", "Makes an access token. Its text is in this answer alone.")
            .Takes<AccessRequest>("What it allows.", MediaTypes.Json).Produces<CreatedAccess>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/access/{id}", Revoke).For(AccessRole.Admin).Audited(AuditKinds.Access)
            .Describe("RevokeAccess", "From now on the token is worth nothing. It stays listed.")
            .Produces<AccessEntry>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult List(HttpContext context, TimeProvider time) => Results.Json(
        new AccessList([.. Tokens(context).All.Select(token => AccessEntry.Of(token, time.GetUtcNow()))]), RestJson.Default.AccessList);

    private static async Task<IResult> CreateAsync(HttpContext context, TimeProvider time)
    {
        AccessTokens tokens = Tokens(context);
        NewAccessToken wanted = AccessReader.Read(
            await RequestBody.ReadJsonAsync(context, RestJson.Default.AccessRequest).ConfigureAwait(false));
        try
        {
            (AccessToken token, string text) = tokens.Create(wanted, Writer.OriginOf(context));
            return Results.Json(
                new CreatedAccess(text, AccessEntry.Of(token, time.GetUtcNow())), RestJson.Default.CreatedAccess, statusCode: StatusCodes.Status201Created);
        }
        catch (NameTakenException taken)
        {
            throw Problems.Conflict(taken.Message);
        }
    }

    private static IResult Revoke(HttpContext context, TimeProvider time, string id) => Results.Json(
        AccessEntry.Of(
            Tokens(context).Revoke(id, Writer.OriginOf(context)) ?? throw Problems.NotFound($"There is no access token {Wording.Quote(id)}."), time.GetUtcNow()),
        RestJson.Default.AccessEntry);

    private static AccessTokens Tokens(HttpContext context) => context.RequestServices.GetService<AccessTokens>()
        ?? throw Problems.NotFound("The server has no database to keep access tokens in: it watches a directory, and asks nobody for a token.");
}
