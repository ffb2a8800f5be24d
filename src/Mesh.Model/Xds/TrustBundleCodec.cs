using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Documents;
using Mesh.Model.Identity;

namespace Mesh.Model.Xds;

/// <summary>Whom processes of our own are told to believe.</summary>
internal static class TrustBundleCodec
{
    /// <summary>The resource's name: a mesh has one bundle.</summary>
    public const string Name = "mesh";

    // A rotation has two.
    private const int MostRoots = 100;

    public static Wire.MeshTrustBundle Encode(TrustBundle trust) => new()
    {
        Name = Name, TrustDomain = trust.TrustDomain, Aliases = { trust.Aliases }, Roots = { trust.Roots.Select(root => root.ExportCertificatePem()) },
    };

    public static Decoded<TrustBundle> Decode(Wire.MeshTrustBundle message)
    {
        XdsField at = XdsField.Resource();
        foreach ((int index, string domain) in message.Aliases.Prepend(message.TrustDomain).Index())
        {
            if (!SpiffeId.IsTrustDomain(domain))
            {
                (index == 0 ? at["trust_domain"] : at["aliases", index - 1]).Fault($"{Wording.Quote(domain)} can be no trust domain.");
            }
        }

        if (message.Roots.Count is 0 or > MostRoots)
        {
            at["roots"].Fault($"There are {message.Roots.Count} authorities; there must be one, and no more than {MostRoots}.");
        }

        X509Certificate2[] roots = [.. message.Roots.Take(MostRoots).SelectMany((pem, index) => Root(pem, at["roots", index]) is { } root ? (X509Certificate2[])[root] : [])];
        return at.Decoded(new TrustBundle(message.TrustDomain, message.Aliases, roots));
    }

    // Null after a fault.
    private static X509Certificate2? Root(string pem, XdsField at)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException damaged)
        {
            at.Fault($"It is no certificate in PEM: {damaged.Message}");
            return null;
        }
    }
}
