using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>What is allowed in one service, and probably not meant.</summary>
internal static class ServiceWarnings
{
    /// <summary>The full names of other services that it depends on what they are.</summary>
    public static IEnumerable<string> NamesIn(DocumentKey key, MeshService service) =>
    [
        .. service.Hosts.Select(Authority.Parse).Where(authority => authority.Port.Length > 0)
            .Select(authority => authority.ServiceName(key.Namespace)),
        .. service.Routes.SelectMany(route => route.To.Select(target => target.Service).Concat(route.Mirror.Select(mirror => mirror.Service)))
            .OfType<string>().Select(name => XdsNames.Of(name, key.Namespace)),
    ];

    /// <param name="key">Its key.</param>
    /// <param name="service">The service.</param>
    /// <param name="services">All of the mesh, by full name.</param>
    public static IEnumerable<MeshFault> Of(DocumentKey key, MeshService service, IReadOnlyDictionary<string, MeshService> services)
    {
        if (service.Endpoints is { IsEmpty: true })
        {
            yield return Warning(key, "endpoints", "It names no endpoints. Calls to the service fail until some are given, or a process registers.");
        }

        foreach ((int index, string host) in service.Hosts.Index())
        {
            Authority authority = Authority.Parse(host);
            string name = authority.ServiceName(key.Namespace);
            if (authority.Port.Length > 0 && name != key.FullName && services.ContainsKey(name))
            {
                yield return Warning(
                    key, $"hosts:{index}",
                    $"'{host}' takes all calls to this port away from the service '{name}'. Leave it out unless that is meant.");
            }
            else if (authority.Port.Length > 0 && name != key.FullName && !service.Hosts.Contains(authority.Host, StringComparer.OrdinalIgnoreCase))
            {
                yield return Warning(
                    key, $"hosts:{index}",
                    $"'{host}' is called so by gRPC's own clients alone: others ask for names without their port. List '{authority.Host}', too, or the host in the settings of its callers.");
            }
        }

        string? catchAll = null;
        foreach ((int index, MeshRoute route) in service.Routes.Index())
        {
            string path = $"routes:{index}";
            if (catchAll is not null)
            {
                yield return Warning(key, path, $"The route '{route.Name}' is never tried: '{catchAll}' before it takes every request.");
            }

            catchAll ??= route.TakesEveryRequest ? route.Name : null;
            foreach (RouteTarget target in route.To)
            {
                if (Complaint(key, target.Service, target.Subset, services) is { } complaint)
                {
                    yield return Warning(key, $"{path}:to", complaint);
                }
            }

            foreach (RouteMirror mirror in route.Mirror)
            {
                if (Complaint(key, mirror.Service, mirror.Subset, services) is { } complaint)
                {
                    yield return Warning(key, $"{path}:mirror", complaint);
                }
            }
        }
    }

    private static MeshFault Warning(DocumentKey key, string path, string message) => new(key.ToString(), path, null, message);

    private static string? Complaint(DocumentKey own, string? service, string? subset, IReadOnlyDictionary<string, MeshService> services)
    {
        string name = service is null ? own.FullName : XdsNames.Of(service, own.Namespace);
        MeshService? target = services.GetValueOrDefault(name);
        return target is null ? $"The mesh has no service '{name}'. What is sent there fails."
            : subset is not null && target.Endpoints is { } endpoints && !target.Subsets.ContainsKey(subset)
                && !endpoints.Any(endpoint => endpoint.Version == subset)
                ? $"'{name}' has no subset '{subset}', nor an endpoint of that version. What is sent there fails."
            : null;
    }
}
