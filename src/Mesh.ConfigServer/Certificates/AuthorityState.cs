using System.Text.Json;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// Which roots there are, and what each is for: one small file, put in place whole, so that every step of a rotation is done or not done.
/// Roots have numbers; the first, 0, is in the folder itself, others in folders of their own.
/// </summary>
/// <param name="Signing">The root by which all is issued.</param>
/// <param name="Other">One that is trusted beside it; null: none.</param>
/// <param name="Phase">What the other one is for.</param>
/// <param name="Since">When the phase began.</param>
/// <param name="Until">It lasts until then at least.</param>
/// <param name="Last">The highest number that was given.</param>
internal sealed record AuthorityState(int Signing, int? Other, RotationPhase Phase, DateTimeOffset Since, DateTimeOffset Until, int Last)
{
    /// <summary>All but the first root's.</summary>
    public const string Folders = "root-*";

    public static AuthorityState First { get; } = new(0, null, RotationPhase.None, default, default, 0);

    /// <exception cref="IOException">It is damaged.</exception>
    public static AuthorityState Read(string directory)
    {
        string file = FileIn(directory);
        if (!File.Exists(file))
        {
            return Directory.Exists(directory) && Directory.GetDirectories(directory, Folders).FirstOrDefault() is { } folder
                ? throw new IOException($"{file} is missing, which says what {folder} is for. Put the whole directory back from a copy.") : First;
        }

        try
        {
            AuthorityState? state = JsonSerializer.Deserialize(SecretFiles.Read(file), CertificatesJson.Default.AuthorityState);
            return state is { Signing: >= 0 } && state.Other is null == state.Phase is RotationPhase.None && state.Other != state.Signing ? state
                : throw new JsonException("It contradicts itself.");
        }
        catch (JsonException exception)
        {
            throw new IOException($"{file} is damaged: {exception.Message.TrimEnd('.')}. Put the whole directory back from a copy.", exception);
        }
    }

    public static string FolderOf(string directory, int number) => number == 0 ? directory : Path.Combine(directory, $"root-{number}");

    public void Write(string directory) =>
        SecretFiles.Write(FileIn(directory), JsonSerializer.Serialize(this, CertificatesJson.Default.AuthorityState) + "\n", overwrite: true);

    /// <summary>Where a root is that must be there.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public string Require(string directory, int number)
    {
        string folder = FolderOf(directory, number);
        return this == First || File.Exists(Path.Combine(folder, "root.pem")) ? folder
            : throw new IOException($"{folder} has no root.pem, and {FileIn(directory)} names it. Put the whole directory back from a copy.");
    }

    public bool Has(int number) => number == Signing || number == Other;

    private static string FileIn(string directory) => Path.Combine(directory, "authority.json");
}
