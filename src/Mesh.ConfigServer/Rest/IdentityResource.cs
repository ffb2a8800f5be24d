using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Rest;

/// <summary>The mesh's authority, and the tokens by which processes join.</summary>
internal static class IdentityResource
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ca", GetAuthority).For(AccessRole.Viewer)
            .Describe("GetAuthority", "The mesh's authority: whom everybody trusts, and what this server issues by. No keys.")
            .Produces<MeshAuthority>().Refuses(StatusCodes.Status404NotFound);
        api.MapGet("/tokens", ListAsync).For(AccessRole.Admin)
            .Describe("ListTokens", "All join tokens without their secrets, the newest first.")
            .Produces<TokenList>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/tokens", CreateAsync).For(AccessRole.Admin).Audited(AuditKinds.Tokens)
            .WithMetadata(new RequestSizeLimitAttribute(RestLimits.SmallBody))
            .Describe("CreateToken", "Makes a join token. Its text is in this answer alone.")
            .Takes<TokenRequest>("What it grants.", MediaTypes.Json).Produces<CreatedToken>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/tokens/{id}", Revoke).For(AccessRole.Admin).Audited(AuditKinds.Tokens)
            .Describe("RevokeToken", "From now on nobody joins by the token, and those that have do not renew. It stays listed.")
            .Produces<Token>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult GetAuthority(HttpContext context)
    {
        CertificateAuthority authority = Required<CertificateAuthority>(context);
        return Results.Json(
            new MeshAuthority(
                authority.Bundle.TrustDomain, authority.Bundle.Aliases, authority.Place, [.. authority.Bundle.Roots.Select(CaCertificate.Of)],
                CaCertificate.Of(authority.Issuer)),
            RestJson.Default.MeshAuthority);
    }

    private static async Task<IResult> ListAsync(HttpContext context, TimeProvider time)
    {
        List<JoinToken> tokens = await Required<JoinTokens>(context).ListAsync(context.RequestAborted).ConfigureAwait(false);
        return Results.Json(new TokenList([.. tokens.Select(token => Token.Of(token, time.GetUtcNow()))]), RestJson.Default.TokenList);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, TimeProvider time)
    {
        JoinTokens tokens = Required<JoinTokens>(context);
        string author = Writer.Of(context).Author;
        TokenRequest request = await RequestBody.ReadJsonAsync(context, RestJson.Default.TokenRequest).ConfigureAwait(false);
        (NewJoinToken wanted, TimeSpan lifetime) = TokenReader.Read(request, author);
        byte[] root = Required<CertificateAuthority>(context).Bundle.Roots[0].PublicKey.ExportSubjectPublicKeyInfo();
        (JoinToken token, string text) = tokens.Create(wanted with { Origin = Writer.OriginOf(context) }, lifetime, root);
        return Results.Json(new CreatedToken(text, Token.Of(token, time.GetUtcNow())), RestJson.Default.CreatedToken, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Revoke(HttpContext context, TimeProvider time, string id) => Results.Json(
        Token.Of(
            Required<JoinTokens>(context).Revoke(id, Writer.OriginOf(context)) ?? throw Problems.NotFound($"There is no token {Model.Documents.Wording.Quote(id)}."),
            time.GetUtcNow()),
        RestJson.Default.Token);

    // Where nobody can join there is none.
    public static T Required<T>(HttpContext context)
        where T : class => context.RequestServices.GetService<T>() ?? throw Problems.NotFound(
            "The server issues no certificates: that it does over mutual TLS, for which XdsTls (--xds-tls) names an address, or in Development.");
}
