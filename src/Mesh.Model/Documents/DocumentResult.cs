using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Documents;

/// <summary>What a document says, or everything that is wrong with it, in its own order.</summary>
internal sealed record DocumentResult<T>(T? Value, ImmutableArray<DocumentFault> Faults, ImmutableArray<DocumentFault> Warnings)
    where T : class
{
    /// <summary>Whether there are faults besides these, which were not gathered.</summary>
    public bool HasMoreFaults { get; init; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsGood => Value is not null;
}
