using Mesh.Client.Transport.Tls;
using Mesh.Model;
using Mesh.Model.Documents;

namespace Mesh.Client.Sources;

/// <summary>The files of certificates that the settings name: whether they are of any use, and which of them are followed.</summary>
/// <param name="files">Reads and follows them.</param>
/// <param name="path">The path of the settings.</param>
internal sealed class SettingsCertificates(CertificateFiles files, string path)
{
    /// <summary>What is wrong with them. What services take over from the defaults is told of there.</summary>
    public IEnumerable<DocumentFault> Faults(MeshSettings settings)
    {
        foreach ((string section, TlsFileNames names) in FilesOf(settings).DistinctBy(section => section.Names))
        {
            if (FaultOf(names) is { } fault)
            {
                yield return new DocumentFault($"{section}:{fault.Setting}", fault.Message);
            }
        }
    }

    /// <summary>Follows those that these settings name, and no others any more.</summary>
    public void KeepOnly(MeshSettings settings) => files.KeepOnly(this, FilesOf(settings).Select(section => section.Names).ToHashSet());

    private IEnumerable<(string Section, TlsFileNames Names)> FilesOf(MeshSettings settings) =>
        from section in settings.Services.Select(service => ($"{path}:Services:{service.Name}:Tls", service.Tls)).Prepend(($"{path}:Defaults:Tls", settings.Defaults.Tls))
        let names = TlsFileNames.Of(section.Tls)
        where names is not null
        select (section.Item1, names);

    private TlsFileException? FaultOf(TlsFileNames names)
    {
        try
        {
            files.Read(names);
            return null;
        }
        catch (TlsFileException fault)
        {
            return fault;
        }
    }
}
