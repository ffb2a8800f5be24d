using Mesh.Model.Documents;

namespace Mesh.Client;

/// <summary>The mesh's settings cannot be used. Thrown when the host starts, with all that is wrong at once.</summary>
public sealed class MeshConfigurationException : Exception
{
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
        + string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"));
}
