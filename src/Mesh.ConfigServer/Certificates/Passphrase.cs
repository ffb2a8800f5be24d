namespace Mesh.ConfigServer.Certificates;

/// <summary>What keys are encrypted with.</summary>
internal static class Passphrase
{
    /// <summary>The first line of the file that the settings name; null: they name none.</summary>
    /// <exception cref="IOException">There is none in it, or others can read it.</exception>
    public static string? Read(AuthoritySettings settings)
    {
        if (settings.PassphraseFile is not { } file)
        {
            return null;
        }

        return SecretFiles.Read(file).Split('\n')[0].TrimEnd('\r') is { Length: > 0 } passphrase ? passphrase
            : throw new IOException(
                $"{file} ({settings.NameOf(nameof(MeshConfigServerOptions.CaPassphraseFile))}) is empty. Its first line is the passphrase.");
    }
}
