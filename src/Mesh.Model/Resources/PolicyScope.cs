using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Whom a policy is for: the whole mesh, a namespace, or some processes.</summary>
/// <param name="Namespace">The policy's; <see cref="WholeMesh"/>: all.</param>
/// <param name="Selector">Null: all processes there.</param>
internal readonly record struct PolicyScope(string Namespace, WorkloadSelector? Selector)
{
    public const string WholeMesh = "*";

    public bool IsWholeMesh => Namespace == WholeMesh;

    public bool Contains(string service, string space, ImmutableSortedDictionary<string, string> labels) =>
        (IsWholeMesh || Namespace.Equals(space, StringComparison.OrdinalIgnoreCase)) && (Selector is null || Selector.IsMatch(service, labels));
}
