using System.Security.Cryptography;
using System.Text;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Tells bundles apart by whom they trust, in whatever order.</summary>
internal static class BundleHash
{
    public static string Of(TrustBundle bundle) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(
        ' ', bundle.Roots.Select(root => Convert.ToHexStringLower(SHA256.HashData(root.RawData))).Order(StringComparer.Ordinal).Prepend(bundle.TrustDomain)))));
}
