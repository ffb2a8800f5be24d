using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Documents;

/// <summary>What a document says, or everything that is wrong with it, in its own order.</summary>
internal sealed record DocumentResult<T>(T? Value, ImmutableArray<DocumentFault> Faults, ImmutableArray<DocumentFault> Warnings)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsGood => Value is not null;
}
