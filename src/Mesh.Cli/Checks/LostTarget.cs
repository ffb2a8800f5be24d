using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Checks;

/// <summary>A place where a route sends requests, or copies of them, and nobody takes them.</summary>
/// <param name="Owner">Whose route it is.</param>
/// <param name="Path">Of the setting: <c>routes:0:to</c>.</param>
/// <param name="IsCopy">Whether it is copies alone that are lost.</param>
/// <param name="Message">What is so.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record LostTarget(DocumentKey Owner, string Path, bool IsCopy, string Message, string Remedy)
{
    public Severity Severity => IsCopy ? Severity.Warn : Severity.Fail;

    /// <summary>As the server would say it, if it knew from documents alone.</summary>
    public MeshFault Warning => new($"{Owner}", Path, null, Message);

    /// <summary>Whether it is the server that warns of a target, by what documents alone say.</summary>
    public static bool IsOfTarget(MeshFault warning) =>
        warning.Path.StartsWith("routes:", StringComparison.Ordinal)
        && (warning.Path.EndsWith(":to", StringComparison.Ordinal) || warning.Path.EndsWith(":mirror", StringComparison.Ordinal));

    /// <summary>What a write is warned of: of targets by those who are called, of all else by the server.</summary>
    public static WriteAnswer Complete(WriteAnswer answer, IEnumerable<LostTarget> lost) => answer with
    {
        Warnings = [.. answer.Warnings.Where(warning => !IsOfTarget(warning)), .. lost.Select(each => each.Warning)],
    };
}
