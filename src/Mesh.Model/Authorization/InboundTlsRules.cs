using System.Collections.Immutable;

namespace Mesh.Model.Authorization;

/// <summary>Finds what a listener asks of its callers.</summary>
internal static class InboundTlsRules
{
    /// <summary>
    /// The narrowest word holds, as with Istio: a port's, a selector's, the namespace's, the mesh's, and where there is none what the process itself asks,
    /// or <see cref="InboundTls.Permissive"/>. Of two that are as narrow the first by name is taken: that of one's own namespace before that of the mesh, and whole, for what it
    /// leaves unset comes from wider ones.
    /// </summary>
    /// <param name="policies">All there are.</param>
    /// <param name="service">Whose listener it is.</param>
    /// <param name="space">The service's namespace.</param>
    /// <param name="labels">The process's.</param>
    /// <param name="port">The listener's.</param>
    /// <param name="settings">What the process itself asks, which may be stricter than the policies and never laxer. Null: nothing.</param>
    public static InboundTls Of(
        IEnumerable<PeerAuthentication> policies, string service, string space, ImmutableSortedDictionary<string, string> labels, int port, InboundTls? settings)
    {
        PeerAuthentication[] levels =
        [
            .. policies.Where(policy => policy.Scope.Contains(service, space, labels))
                .GroupBy(policy => (IsMesh: policy.Scope.IsWholeMesh, IsForAll: policy.Selector is null))
                .OrderBy(level => level.Key.IsForAll).ThenBy(level => level.Key.IsMesh)
                .Select(level => level.MinBy(policy => policy.Name, StringComparer.Ordinal)!),
        ];
        InboundTls? rule = levels.Select(level => level.Ports.GetValueOrDefault(port)).FirstOrDefault(mode => mode is not null)
            ?? levels.Select(level => level.Mode).FirstOrDefault(mode => mode is not null);
        return rule is null ? settings ?? InboundTls.Permissive
            : settings is { } own && Strictness(own) > Strictness(rule.Value) ? own : rule.Value;
    }

    private static int Strictness(InboundTls mode) => mode switch
    {
        InboundTls.Disabled => 0,
        InboundTls.Permissive => 1,
        InboundTls.Strict => 2,
        _ => throw new InvalidOperationException($"No strictness is defined for '{mode}'."),
    };
}
