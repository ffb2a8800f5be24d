using Mesh.Client.Transport.Tls;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>Whether the files of certificates that a cluster names are here: without them it is refused, for its endpoints could not be called.</summary>
internal sealed class TlsFileCheck(CertificateFiles files)
{
    public XdsFault? FaultOf(object resource)
    {
        if (resource is not XdsCluster cluster || TlsFileNames.Of(cluster.Settings.Tls) is not { } names)
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
}
