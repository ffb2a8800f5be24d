using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// A join token as it is handed over: <c>id.secret.hash</c>. The id finds it, the secret proves it, and the hash of the root's key tells whoever
/// has it which mesh it is for, before the secret is sent.
/// </summary>
internal static class TokenText
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12;
    private const int SecretBytes = 32;

    /// <summary>Nothing that can be shown as a token is longer.</summary>
    private const int Longest = 200;

    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, IdLength);

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <param name="id">The token's.</param>
    /// <param name="secret">The token's.</param>
    /// <param name="rootKey">The root's public key, as SubjectPublicKeyInfo.</param>
    public static string Whole(string id, string secret, ReadOnlySpan<byte> rootKey) =>
        $"{id}.{secret}.{Base64Url.EncodeToString(SHA256.HashData(rootKey))}";

    /// <summary>What is kept of a secret. It is random, and long: nothing slower is needed.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>What a process shows: id and secret, with or without the rest. False: it is no token.</summary>
    public static bool TryParse(string shown, out string id, out string secret)
    {
        string[] parts = shown.Length <= Longest ? shown.Split('.') : [];
        (id, secret) = parts is [{ Length: IdLength }, { Length: > 0 }, ..] and { Length: 2 or 3 } ? (parts[0], parts[1]) : ("", "");
        return id.Length > 0;
    }
}
