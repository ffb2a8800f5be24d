using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The named children of a node while they are read. Keys given twice, in any case, become one child with a fault.</summary>
internal sealed class DocumentMembers
{
    private const int MostNamed = 10;

    private readonly List<DocumentNode> _members = [];

    public void Add(DocumentNode member) => _members.Add(member);

    public ImmutableArray<DocumentNode> ToChildren() =>
        [.. _members.GroupBy(member => member.Key, StringComparer.OrdinalIgnoreCase).Select(group => One([.. group]))];

    private static DocumentNode One(DocumentNode[] members) => members.Length == 1 ? members[0] : new DocumentNode
    {
        Path = members[0].Path,
        Key = members[0].Key,
        Line = members[1].Line,
        Fault = $"The key is given {members.Length} times: {Named(members)}{(members.Length > MostNamed ? ", …" : "")}.",
    };

    private static string Named(DocumentNode[] members) =>
        Wording.Names(members.Take(MostNamed).Select(member => Wording.Quote(member.Key)));
}
