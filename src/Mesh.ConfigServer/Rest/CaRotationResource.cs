using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>The change of the mesh's root, and what the authority has issued.</summary>
internal static class CaRotationResource
{
    private const int Usual = 50;
    private const int Most = 1000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ca/rotation", Get).For(AccessRole.Viewer)
            .Describe("GetRotation", "How far the change of the mesh's root is, and who does not know of it yet.")
            .Produces<CaRotationAnswer>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/ca/rotation", (Delegate)ChangeAsync).For(AccessRole.Admin).Audited(AuditKinds.Authority)
            .Describe("ChangeRotation", "Begins the change of the root, aborts it, or ends it at once.")
            .Takes<CaRotationRequest>("What is to be done.", MediaTypes.Json).Produces<CaRotationAnswer>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/audit/certificates", GetIssued).For(AccessRole.Admin)
            .Describe("AuditCertificates", "What was issued, the newest first; with verify=true whether the file that says so is as it was written.")
            .Produces<CertificateAudit>().Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Get(HttpContext context) => Answer(context, IdentityResource.Required<CaRotation>(context));

    private static async Task<IResult> ChangeAsync(HttpContext context)
    {
        CaRotation rotation = IdentityResource.Required<CaRotation>(context);
        CaRotationRequest request = await RequestBody.ReadJsonAsync(context, RestJson.Default.CaRotationRequest).ConfigureAwait(false);
        Action<WriteOrigin> change = request.Action switch
        {
            "begin" => rotation.Begin,
            "abort" => rotation.Abort,
            "retireNow" => rotation.RetireNow,
            _ => throw Problems.BadRequest($"action is {Wording.Quote(request.Action)}: it is begin, abort or retireNow."),
        };
        try
        {
            change(Writer.OriginOf(context));
        }
        catch (RotationRefusedException refusal)
        {
            throw new ProblemException(Problems.Of(StatusCodes.Status409Conflict, "urn:mesh:conflict", refusal.Message));
        }
        catch (IOException failure)
        {
            throw new ProblemException(Problems.Of(StatusCodes.Status503ServiceUnavailable, "urn:mesh:store", failure.Message));
        }

        return Answer(context, rotation);
    }

    private static IResult GetIssued(HttpContext context, int? limit, bool? verify)
    {
        CertificateJournal journal = IdentityResource.Required<CertificateAuthority>(context).Journal
            ?? throw new InvalidOperationException("The authority has no journal.");
        int count = limit is null or (> 0 and <= Most) ? limit ?? Usual : throw Problems.BadRequest($"limit is {limit}: it is from 1 to {Most}.");
        JournalVerdict? verdict = verify == true ? journal.Verify() : null;
        return Results.Json(
            new CertificateAudit(journal.Place, verdict?.Lines, verdict?.Fault, verdict is not null, [.. journal.Last(count)]), RestJson.Default.CertificateAudit);
    }

    private static IResult Answer(HttpContext context, CaRotation rotation) => Results.Json(
        CaRotationAnswer.Of(rotation.Status, IdentityResource.Required<CertificateAuthority>(context).Bundle.TrustDomain), RestJson.Default.CaRotationAnswer);
}
