using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Makes the test certificates trusted in this process, as a company's own authority is on its machines.</summary>
internal static class TrustedRoots
{
    [ModuleInitializer]
    internal static void Trust()
    {
        // OpenSSL's own variable, which must be there before the first certificate is looked at. The process's environment as .NET keeps
        // it does not reach native code.
        string roots = Path.Combine(Path.GetTempPath(), $"mesh-test-roots-{Environment.ProcessId}.pem");
        File.WriteAllLines(roots, [TestCertificates.Localhost.ExportCertificatePem(), TestCertificates.Catalog.ExportCertificatePem()]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(roots);
        if (OperatingSystem.IsLinux())
        {
            _ = SetEnvironmentVariable("SSL_CERT_FILE", roots, overwrite: 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironmentVariable(string name, string value, int overwrite);
}
