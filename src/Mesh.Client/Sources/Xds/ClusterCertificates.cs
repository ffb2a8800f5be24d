using Mesh.Client.Transport.Tls;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>The files of certificates that clusters name: whether they are here, and which of them are followed.</summary>
internal sealed class ClusterCertificates(CertificateFiles files)
{
    /// <summary>Without its files a cluster is refused, for its endpoints could not be called; null: they are here, or it names none.</summary>
    public XdsFault? FaultOf(object resource)
    {
        if (FilesOf(resource) is not { } names)
        {
            return null;
        }

        try
        {
            files.Read(names);
            return null;
        }
        catch (TlsFileException fault)
        {
            return new XdsFault("transport_socket", $"{fault.Setting}: {fault.Message}");
        }
    }

    /// <summary>Follows those that these resources name.</summary>
    public void KeepOnly(IEnumerable<XdsResource> resources) =>
        files.KeepOnly(this, resources.Select(resource => FilesOf(resource.Value)).OfType<TlsFileNames>().ToHashSet());

    private static TlsFileNames? FilesOf(object? resource) => resource is XdsCluster cluster ? TlsFileNames.Of(cluster.Settings.Tls) : null;
}
