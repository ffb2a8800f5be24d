using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A certificate that was just issued.</summary>
/// <param name="Leaf">Without the key.</param>
/// <param name="Above">Those above it, the roots last.</param>
internal sealed record IssuedCertificate(X509Certificate2 Leaf, ImmutableArray<X509Certificate2> Above)
{
    public DateTimeOffset NotAfter => Leaf.NotAfter.ToUniversalTime();

    /// <summary>Those between the leaf and the roots.</summary>
    public IEnumerable<X509Certificate2> Between => Above.Where(certificate => !certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData));

    /// <summary>All in PEM, the leaf first.</summary>
    public IEnumerable<string> Chain => Above.Prepend(Leaf).Select(certificate => certificate.ExportCertificatePem() + "\n");
}
