using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who has joined, and how that is taken back.</summary>
internal static class IdentitiesResource
{
    private const int LongestReason = 500;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/identities", (Delegate)ListAsync).For(AccessRole.Viewer)
            .Describe("ListIdentities", "Processes that have joined and have a certificate in force, and what was taken back.")
            .Produces<IdentityList>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/identities/revoke", (Delegate)RevokeAsync).For(AccessRole.Admin).Audited(AuditKinds.Identities)
            .Describe("RevokeIdentity", "Takes an identity back: no renewal, streams ended, registrations withdrawn, and its certificates are not believed.")
            .Takes<IdentityRevocation>("Whose.", MediaTypes.Json).Produces<RevokedAnswer>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/identities/{instance}/unlock", Unlock).For(AccessRole.Admin).Audited(AuditKinds.Identities)
            .Describe("UnlockIdentity", "Renews a process's certificates again that was locked because an older one was shown.")
            .Produces<IdentityEntry>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        Membership membership = IdentityResource.Required<Membership>(context);
        List<Member> members = await membership.ListAsync(context.RequestAborted).ConfigureAwait(false);
        return Results.Json(
            new IdentityList(
                [.. members.Select(member => IdentityEntry.Of(member, DomainOf(context)))],
                [.. IdentityResource.Required<Revocations>(context).Current.Select(RevocationEntry.Of)]),
            RestJson.Default.IdentityList);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context)
    {
        Revocations revocations = IdentityResource.Required<Revocations>(context);
        Authorship by = Writer.Of(context);
        IdentityRevocation request = await RequestBody.ReadJsonAsync(context, RestJson.Default.IdentityRevocation).ConfigureAwait(false);
        string reason = request.Reason.Trim() is { Length: > 0 and <= LongestReason } given ? Wording.Printable(given, LongestReason)
            : throw Problems.BadRequest($"reason says why, in at most {LongestReason} characters.");
        int named = new[] { request.Service, request.Instance, request.Serial }.Count(name => name is not null);
        if (named != 1 || (request.Namespace is not null || request.KeepTokens) && request.Service is null)
        {
            throw Problems.BadRequest("Exactly one of service, instance and serial says whose it is; namespace and keepTokens go with service.");
        }

        if (request.Service is not null)
        {
            string service = Part("service", request.Service);
            string space = Part("namespace", request.Namespace ?? ServiceIdentity.DefaultNamespace);
            if (space == CertificateAuthority.OwnNamespace)
            {
                throw Problems.BadRequest($"namespace {CertificateAuthority.OwnNamespace} is the mesh's own: nobody else has it. `mesh ca rotate` changes its root.");
            }

            (int instances, int tokens) = revocations.RevokeService(service, space, request.KeepTokens, reason, by);
            return Answer(new RevokedAnswer(service, space, instances, tokens));
        }

        string id = request.Instance ?? revocations.FindInstance(request.Serial!.ToUpperInvariant())
            ?? throw Problems.NotFound($"There is no certificate {Wording.Quote(request.Serial!)} in force that this server issued to one that has joined.");
        Member member = revocations.RevokeInstance(id, reason, by) ?? throw NoInstance(id);
        return Answer(new RevokedAnswer(member.Grant.Service, member.Grant.Namespace, 1, 0));
    }

    private static IResult Unlock(HttpContext context, string instance)
    {
        Member before = IdentityResource.Required<Membership>(context).Unlock(instance, Writer.Of(context)) ?? throw NoInstance(instance);
        return before.RevokedAt is null ? Results.Json(IdentityEntry.Of(before with { Locked = null }, DomainOf(context)), RestJson.Default.IdentityEntry)
            : throw Problems.BadRequest($"The process {instance} was taken back, which nothing undoes. A new join token lets it in anew.");
    }

    private static IResult Answer(RevokedAnswer answer) => Results.Json(answer, RestJson.Default.RevokedAnswer);

    private static string Part(string what, string name) => Names.Part.Parse(name) is { State: ParseState.Good } part ? part.Value.ToLowerInvariant()
        : throw Problems.BadRequest($"{what}: {Names.Part.Complaint(name, Names.Part.Parse(name).Reason)}");

    private static string DomainOf(HttpContext context) => IdentityResource.Required<CertificateAuthority>(context).Bundle.TrustDomain;

    private static ProblemException NoInstance(string id) => Problems.NotFound($"There is no process {Wording.Quote(id)}. `mesh identity list` has their ids.");
}
