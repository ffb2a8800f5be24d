using System.CommandLine;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create(Tool tool) => new Verb("audit", "What the server has done.")
    {
        Examples = [("mesh audit certificates --verify", "every certificate, and whether the list is whole")],
    }.With(CertificatesCommand.Create(tool));
}
