using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Makes the test run trust its own certificates, as a machine trusts its authorities.</summary>
internal static partial class TrustedCertificates
{
    // OpenSSL's roots are read once, before the first handshake, from a file that the environment names.
    [ModuleInitializer]
    internal static void Trust()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        string file = Path.Combine(Path.GetTempPath(), $"mesh-tests-{Environment.ProcessId}.pem");
        File.WriteAllText(file, TestCertificates.Localhost.ExportCertificatePem() + "\n" + TestCertificates.Catalog.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        _ = SetVariable("SSL_CERT_FILE", file, 1);
    }

    // The runtime keeps its own copy of the environment; the library reads the process's.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
