using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.ConfigServer.State;

/// <summary>What documents say of who may call whom. Immutable; what did not change is the same object as before.</summary>
internal sealed record MeshPolicies
{
    public static MeshPolicies None { get; } = new();

    public ImmutableSortedDictionary<DocumentKey, AuthorizationPolicy> Authorization { get; init; } = ImmutableSortedDictionary<DocumentKey, AuthorizationPolicy>.Empty;

    public ImmutableSortedDictionary<DocumentKey, PeerAuthentication> PeerAuthentication { get; init; } = ImmutableSortedDictionary<DocumentKey, PeerAuthentication>.Empty;

    /// <summary>What becomes of calls to a service that no policy allows anything for.</summary>
    public AuthorizationDefault Default { get; init; } = AuthorizationDefault.Allow;

    /// <summary>Those that may be for processes of a service: which labels these have they know themselves.</summary>
    public IEnumerable<DocumentKey> For(string service, string space) =>
    [
        .. Authorization.Where(policy => Concerns(policy.Value.Scope, service, space)).Select(policy => policy.Key),
        .. PeerAuthentication.Where(policy => Concerns(policy.Value.Scope, service, space)).Select(policy => policy.Key),
    ];

    /// <summary>The namespaces for whose services something else holds than before; <see cref="PolicyScope.WholeMesh"/>: for all.</summary>
    public IReadOnlySet<string> ChangedSince(MeshPolicies before) =>
        ReferenceEquals(this, before) ? ImmutableHashSet<string>.Empty
        : new HashSet<string>(
            [
                .. Default == before.Default ? [] : (string[])[PolicyScope.WholeMesh],
                .. Changed(before.Authorization, Authorization), .. Changed(before.PeerAuthentication, PeerAuthentication),
            ],
            StringComparer.OrdinalIgnoreCase);

    private static bool Concerns(PolicyScope scope, string service, string space) =>
        (scope.IsWholeMesh || scope.Namespace.Equals(space, StringComparison.OrdinalIgnoreCase))
        && (scope.Selector?.Service is not { } selected || selected.Equals(service, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Changed<T>(ImmutableSortedDictionary<DocumentKey, T> before, ImmutableSortedDictionary<DocumentKey, T> after)
        where T : class =>
        before.Keys.Union(after.Keys).Where(key => !ReferenceEquals(before.GetValueOrDefault(key), after.GetValueOrDefault(key))).Select(key => key.Namespace);
}
