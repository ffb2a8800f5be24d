using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Mesh.Client.AspNetCore.Identity;

/// <summary>
/// Makes who calls the user, before anything of the application's runs. Not where the application authenticates users itself: there a call that bears
/// no proof of a user must find nobody, or <c>[Authorize]</c> would take any service of the mesh for one.
/// </summary>
internal sealed class PeerUser(IOptions<AuthenticationOptions> authentication) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(following => context =>
        {
            if (context.GetMeshPeer() is { } peer && !authentication.Value.Schemes.Any())
            {
                context.User = new ClaimsPrincipal(IdentityOf(peer));
            }

            return following(context);
        });
        next(app);
    };

    private static ClaimsIdentity IdentityOf(MeshPeer peer) => new(
        [
            new Claim(ClaimTypes.Name, peer.Id),
            new Claim(MeshClaims.TrustDomain, peer.TrustDomain),
            new Claim(MeshClaims.Namespace, peer.Namespace),
            new Claim(MeshClaims.Service, peer.Service),
        ],
        MeshClaims.AuthenticationType);
}
