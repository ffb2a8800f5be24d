using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>What a resource says, or why it cannot be used; and what it says that is left out without harm.</summary>
internal sealed record Decoded<T>(T? Value, ImmutableArray<XdsFault> Faults, ImmutableArray<XdsFault> Warnings)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsGood => Value is not null;
}

/// <summary>What is wrong with a resource, and in which field.</summary>
/// <param name="Path">In the words of the message: <c>virtual_hosts[0].routes[2].match.safe_regex</c>.</param>
/// <param name="Message">What was found there, and what is understood.</param>
internal sealed record XdsFault(string Path, string Message)
{
    // Both may hold what a stranger sent.
    public string Path { get; } = Wording.Printable(Path, DocumentFault.LongestPath);

    public string Message { get; } = Wording.Printable(Message, DocumentFault.LongestMessage);

    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
