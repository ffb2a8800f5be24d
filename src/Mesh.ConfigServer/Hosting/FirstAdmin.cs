using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Makes the token by which the others are made: where tokens are needed, and no admin has one in force.</summary>
internal static class FirstAdmin
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(365);

    /// <summary>The token's text; null: there is an admin already.</summary>
    /// <exception cref="IOException">Nobody would learn it, or it cannot be kept.</exception>
    public static string? Make(ServerSettings settings, AccessTokens tokens, ILogger logger)
    {
        if (tokens.HasAdmin)
        {
            return null;
        }

        if (settings.AdminTokenFile is null && !settings.TellsAdminToken)
        {
            throw new IOException(
                $"Callers of {settings.NameOf(nameof(MeshConfigServerOptions.Http))} need access tokens, and there is none of an admin in force yet. "
                + $"Name the file that gets the first one with {settings.NameOf(nameof(MeshConfigServerOptions.AdminTokenFile))}.");
        }

        try
        {
            (AccessToken token, string text) = tokens.Create(
                new NewAccessToken(null, AccessRole.Admin, null, s_lifetime), WriteOrigin.OfServer, text =>
                {
                    if (settings.AdminTokenFile is { } file)
                    {
                        SecretFiles.Write(file, text + "\n", overwrite: true);
                    }
                });
            logger.AdminTokenMade(token.Id, token.ExpiresAt, settings.AdminTokenFile is { } path ? $"It is in {path}." : "It was printed.");
            return text;
        }
        catch (StoreException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
