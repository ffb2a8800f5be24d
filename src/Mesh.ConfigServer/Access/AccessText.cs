using System.Security.Cryptography;
using Mesh.ConfigServer.Certificates;

namespace Mesh.ConfigServer.Access;

/// <summary>An access token as it is handed over: <c>access.id.secret</c>. The id finds it, the secret proves it.</summary>
internal static class AccessText
{
    private const string Prefix = "access";

    // Nothing that can be shown as a token is longer.
    private const int Longest = 200;

    public static string Whole(string id, string secret) => $"{Prefix}.{id}.{secret}";

    /// <summary>False: it is no access token.</summary>
    public static bool TryParse(string shown, out string id, out string secret)
    {
        (bool isToken, id, secret) = shown.Length <= Longest && shown.Split('.') is [Prefix, { Length: > 0 } its, { Length: > 0 } proof]
            ? (true, its, proof) : (false, "", "");
        return isToken;
    }

    /// <summary>Takes as long whatever is wrong with the secret.</summary>
    public static bool Proves(string secret, byte[] kept) => CryptographicOperations.FixedTimeEquals(kept, TokenText.HashOf(secret));
}
