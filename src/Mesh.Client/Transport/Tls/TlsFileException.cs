namespace Mesh.Client.Transport.Tls;

/// <summary>A file that a service's <c>Tls</c> names is of no use.</summary>
/// <param name="setting">The setting that names it: <c>CaCertificates</c>.</param>
/// <param name="message">What is wrong with it.</param>
/// <param name="cause">What was tried.</param>
internal sealed class TlsFileException(string setting, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Setting => setting;
}
