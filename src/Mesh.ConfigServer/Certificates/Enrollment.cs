using System.Net;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Gives certificates to those who prove that they may have them: by a join token, by the certificate before, or, in the Development environment,
/// by being on this machine.
/// </summary>
/// <param name="authority">Issues them.</param>
/// <param name="membership">Knows tokens, and who has joined.</param>
/// <param name="callers">Knows who is not believed any more.</param>
/// <param name="trustsLoopback">Whether it is Development.</param>
/// <param name="time">The clock.</param>
internal sealed class Enrollment(CertificateAuthority authority, Membership membership, LiveCallers callers, bool trustsLoopback, TimeProvider time)
{
    /// <exception cref="RequestRefusedException">The applicant may not have it.</exception>
    /// <exception cref="StoreException">What was issued cannot be kept, and so it was not.</exception>
    public (SpiffeId Id, string Proof, IssuedCertificate Issued) Issue(Applicant applicant, string csr, TimeSpan? lifetime)
    {
        bool isTrusted = trustsLoopback && applicant.Peer is { } peer && IPAddress.IsLoopback(peer);

        // A secret that came over a network in plain text is none any more.
        if (applicant.Caller is null && !isTrusted)
        {
            throw RequestRefusedException.Unproven("It asks in plain text, which only processes on this machine may, in the Development environment.");
        }

        if (applicant is { Token: null, Caller: { Id: null, Refusal: var refusal } } && !isTrusted)
        {
            throw RequestRefusedException.Unproven($"It shows no token. {refusal}");
        }

        LeafRequest request = LeafRequest.Read(csr);
        if (applicant.Token is { } token)
        {
            SpiffeId? joined = null;
            IssuedCertificate first = membership.Join(
                token, request.KeyHash, applicant.Peer, grant => Sign(request, joined = grant.IdIn(authority.Bundle.TrustDomain), "token", lifetime));
            return (joined!, $"token {token.Split('.')[0]}", first);
        }

        if (applicant.Caller is { Id: { } id, Serial: { } serial, NotAfter: var end } && (!isTrusted || membership.HasIssued(serial)))
        {
            if (end <= time.GetUtcNow())
            {
                throw RequestRefusedException.Denied($"Certificate {serial} of {id} has expired on {end:u}. The process needs a token.");
            }

            if (callers.Objection(applicant.Caller) is { } objection)
            {
                throw RequestRefusedException.Denied(objection);
            }

            IssuedCertificate next = membership.Renew(
                serial, applicant.Peer, grant => Sign(request, grant.IdIn(authority.Bundle.TrustDomain), "renewal", lifetime));
            return (id, $"certificate {serial}", next);
        }

        SpiffeId named = Named(request);
        return (named, "being on this machine", Sign(request, named, "dev", lifetime));
    }

    private IssuedCertificate Sign(LeafRequest request, SpiffeId id, string by, TimeSpan? lifetime)
    {
        if (!authority.CanGrant(id))
        {
            throw RequestRefusedException.Denied($"{id} is of another mesh, or of the mesh's own namespace {CertificateAuthority.OwnNamespace}.");
        }

        request.RequireOnly(id);
        return authority.Issue(request.Key, id, by, lifetime, callers.RevokedUntil(id));
    }

    private static SpiffeId Named(LeafRequest request) =>
        request.Uri is not { } uri ? throw RequestRefusedException.Bad("csr must name one URI, who it is for: no token says that.")
        : SpiffeId.TryParse(uri, out SpiffeId? id) ? id
        : throw RequestRefusedException.Bad(
            $"csr names '{Wording.Printable(uri, 300)}', which is not of the form spiffe://{{trust domain}}/ns/{{namespace}}/sa/{{service}}.");
}
