using System.Security.Cryptography;
using System.Text;

namespace Mesh.ConfigServer.Documents;

/// <summary>Names content by what it is.</summary>
internal static class ContentHash
{
    public const int ETagLength = 16;

    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
