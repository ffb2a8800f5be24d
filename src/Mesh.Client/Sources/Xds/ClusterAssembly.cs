using Mesh.Model;

namespace Mesh.Client.Sources.Xds;

/// <summary>A cluster that routes lead to, as a service that has no routes.</summary>
/// <param name="store">Where the resources are.</param>
/// <param name="name">The cluster's.</param>
internal sealed class ClusterAssembly(ResourceStore store, string name) : ResourceAssembly(store)
{
    private MeshService? _source;
    private MeshService? _rules;

    protected override SourceAnswer? Assemble()
    {
        ClusterParts parts = ClusterParts.Of(name, Part);

        // The same object as before where only endpoints have changed: rules are compiled by whoever gets them.
        if (_rules is null || !ReferenceEquals(parts.Settings, _source))
        {
            _source = parts.Settings;
            _rules = (_source ?? new MeshService()) with { Name = name };
        }

        return !parts.IsWhole ? null : new SourceAnswer
        {
            Rules = _rules,
            RulesVersion = parts.Version,
            Endpoints = parts.Endpoints,
            Drops = parts.Drops,
            Trouble = parts.Trouble,
        };
    }
}
