using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Takes away what belongs to no root of the mesh any more, or not yet: a key that nobody needs is one that can be stolen.</summary>
internal static class AuthorityLeftovers
{
    private static readonly string[] s_files = ["root.key", "issuer.key", "root.pem", "issuer.pem"];

    public static void Remove(string directory, AuthorityState state, ILogger logger)
    {
        try
        {
            foreach (string folder in Directory.GetDirectories(directory, AuthorityState.Folders).Where(folder => !IsOf(folder, state)))
            {
                Directory.Delete(folder, recursive: true);
            }

            if (!state.Has(0))
            {
                Array.ForEach(s_files, file => File.Delete(Path.Combine(directory, file)));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.RootRotationFailed($"{directory} has keys of a root that is none of the mesh's, and they cannot be deleted: {exception.Message}");
        }
    }

    private static bool IsOf(string folder, AuthorityState state) =>
        int.TryParse(Path.GetFileName(folder)["root-".Length..], out int number) && state.Has(number);
}
