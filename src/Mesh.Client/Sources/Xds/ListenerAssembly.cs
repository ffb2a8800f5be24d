using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// A service put together from the listener of any control plane: its routes lead to clusters, which are services of their own. Where all
/// lead to one it is the service's own.
/// </summary>
/// <param name="store">Where the resources are.</param>
/// <param name="listenerName">The listener's.</param>
/// <param name="authority">What is called, by which the virtual host is found.</param>
internal sealed class ListenerAssembly(ResourceStore store, string listenerName, string authority) : ResourceAssembly(store)
{
    private (object? Listener, object? Routes, object? Own) _source;
    private MeshService? _rules;

    protected override SourceAnswer? Assemble()
    {
        XdsResource resource = Part(XdsResourceType.Listener, listenerName);
        if (resource.Value is not XdsListener listener)
        {
            return resource.Trouble is { } trouble ? Without($"{resource.Type} '{listenerName}' of the xDS server is not used. {trouble}")
                : resource.State == XdsResourceState.DoesNotExist ? SourceAnswer.NotKnown
                : null;
        }

        XdsResource? routes = listener.RouteConfigurationName is { } name ? Part(XdsResourceType.RouteConfiguration, name) : null;
        if ((listener.Routes ?? routes?.Value) is not XdsRouteConfiguration all)
        {
            return routes is { State: XdsResourceState.Requested, Trouble: null } ? null
                : Without($"The xDS server has no RouteConfiguration '{routes?.Name}' that can be used. {routes?.Trouble}".TrimEnd());
        }

        if (XdsVirtualHosts.FindFor(all, authority) is not { } host || host.Routes == RouteListCodec.Nothing)
        {
            return Without($"RouteConfiguration '{all.Name}' of the xDS server has no routes for '{authority}'.");
        }

        return Assemble(listener, all, host, $"{resource.Version}+{routes?.Version}");
    }

    private SourceAnswer? Assemble(XdsListener listener, XdsRouteConfiguration all, XdsVirtualHost host, string version)
    {
        // Only with all of its clusters: a call that is on its way to one that is not there yet would fail.
        // No routes stand for one that leads to the cluster of the same name: so a config server of ours says that there are no rules.
        string[] names = host.Routes.IsEmpty ? [all.Name] : [.. host.Routes.SelectMany(route => ClusterTargets.Of(route, all.Name)).Distinct(StringComparer.Ordinal)];
        ClusterParts[] clusters = [.. names.Select(name => ClusterParts.Of(name, Part))];
        if (!clusters.All(cluster => cluster.IsWhole))
        {
            return null;
        }

        string? ownName = names.Length == 1 ? names[0] : null;
        ClusterParts? own = names.Length == 1 ? clusters[0] : null;
        if (_rules is null || _source != (listener, all, own?.Settings))
        {
            _source = (listener, all, own?.Settings);
            ImmutableArray<MeshRoute> routes = ListenerDefaults.Apply(listener, host.Routes);
            _rules = (own?.Settings ?? new MeshService()) with
            {
                Name = authority,
                Routes = [.. routes.Select(route => ClusterTargets.Lead(route, all.Name, ownName))],
            };
        }

        return new SourceAnswer
        {
            Rules = _rules,
            RulesVersion = version,
            Endpoints = own?.Endpoints ?? [],
            Drops = own?.Drops ?? [],
            Trouble = own?.Trouble,
        };
    }

    // It is the mesh's, and its calls fail: nothing else is to be made of the name.
    private SourceAnswer Without(string trouble)
    {
        (_source, _rules) = (default, new MeshService { Name = authority });
        return new() { Rules = _rules, Endpoints = [], Trouble = trouble };
    }
}
