using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Api;

/// <summary>The server refused a request, and says why.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">In words.</param>
/// <param name="faults">What is wrong with documents, if that is the reason.</param>
internal sealed class RefusedException(int exitCode, string message, ImmutableArray<MeshFault> faults) : ToolException(exitCode, message)
{
    public ImmutableArray<MeshFault> Faults => faults;
}
