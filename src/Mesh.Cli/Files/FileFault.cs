using Mesh.Cli.Api;

namespace Mesh.Cli.Files;

/// <summary>What is wrong in a file, as editors and people find it: <c>catalog.yaml:12: …</c>.</summary>
/// <param name="File">As it was named, or <c>stdin</c>; null: it is in no file.</param>
/// <param name="Fault">Its line is one of the file's.</param>
internal sealed record FileFault(string? File, FaultEntry Fault)
{
    public override string ToString()
    {
        string place = File is null ? "" : Fault.Line is null ? $"{File}: " : $"{File}:{Fault.Line}: ";
        string path = string.IsNullOrEmpty(Fault.Path) ? "" : $", {Fault.Path}";
        return $"{place}{Fault.Document}{path}: {Fault.Message}";
    }
}
