using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cli.Api;

/// <summary>How a config server is reached: by which access token, and by whose word that it is the right one.</summary>
/// <param name="Token">Null: none is shown.</param>
/// <param name="Roots">Null: those that the system trusts.</param>
internal sealed record ServerAccess(string? Token, X509Certificate2Collection? Roots)
{
    public static ServerAccess None { get; } = new(null, null);

    /// <summary>The access token of a file, which is its first line.</summary>
    /// <exception cref="ToolException">It cannot be read, or has none.</exception>
    public static string ReadToken(string file)
    {
        try
        {
            return TokenOf(File.ReadLines(file).FirstOrDefault() ?? "", file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Usage, $"--token-file: {file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="ToolException">There can be no access token in it. What is in it is not told.</exception>
    public static string TokenOf(string text, string origin) => text.Trim() is { Length: > 0 } token && token.All(char.IsAscii) && !token.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        ? token : throw new ToolException(ExitCode.Usage, $"{origin} has no access token in its first line: that is one word, which `mesh access create` prints.");

    /// <exception cref="ToolException">There are none in it.</exception>
    public static X509Certificate2Collection ReadRoots(string file)
    {
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Usage, $"--server-ca: {file} cannot be read: {exception.Message}", exception);
        }

        return roots.Count > 0 ? roots : throw new ToolException(ExitCode.Usage, $"--server-ca: {file} has no certificates in PEM.");
    }

    /// <summary>A token that is sent over a network in plain text is given away.</summary>
    /// <exception cref="ToolException">It would be.</exception>
    public void Verify(Uri server, bool isInsecure)
    {
        if (Token is not null && server.Scheme == Uri.UriSchemeHttp && !isInsecure && !IsLoopback(server.Host))
        {
            throw new ToolException(
                ExitCode.Usage,
                $"The access token would go to {server.Host} in plain HTTP, where whoever listens has it. Give https://{server.Authority}, "
                + "or --insecure where the network itself keeps strangers out.");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
