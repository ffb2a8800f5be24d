using Mesh.Model.Documents;

namespace Mesh.Client;

/// <summary>The mesh's settings cannot be used. Thrown when the host starts, with all that is wrong at once; the message names the first hundred faults.</summary>
public sealed class MeshConfigurationException : Exception
{
    // A message goes into logs and onto screens, whatever the settings are.
    private const int MostInMessage = 100;

    internal MeshConfigurationException(IEnumerable<DocumentFault> faults)
        : this([.. faults.Select(fault => fault.ToString())])
    {
    }

    private MeshConfigurationException(string[] faults)
        : base(Describe(faults))
    {
        Faults = faults;
    }

    /// <summary>Each fault on one line: the setting's full path, what was found there, and what is allowed.</summary>
    public IReadOnlyList<string> Faults { get; }

    private static string Describe(string[] faults) =>
        $"The mesh's settings have {(faults.Length == 1 ? "1 fault" : $"{faults.Length} faults")}:"
        + string.Concat(faults.Take(MostInMessage).Select(fault => $"{Environment.NewLine}  {fault}"))
        + (faults.Length > MostInMessage ? $"{Environment.NewLine}  … and {faults.Length - MostInMessage} more." : "");
}
