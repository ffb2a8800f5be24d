using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>What is allowed, and probably not meant.</summary>
internal static class MeshWarnings
{
    public static IEnumerable<MeshFault> Of(Dictionary<DocumentKey, MeshService> services, DocumentRoots roots)
    {
        Dictionary<string, MeshService> byName = services.Values.ToDictionary(service => service.Name, StringComparer.Ordinal);
        return services.OrderBy(service => service.Key).SelectMany(service => Of(service.Key, service.Value, byName, roots));
    }

    private static IEnumerable<MeshFault> Of(
        DocumentKey key, MeshService service, Dictionary<string, MeshService> services, DocumentRoots roots)
    {
        if (service.Endpoints is { IsEmpty: true })
        {
            yield return roots.Fault(key, "endpoints", "It names no endpoints. Calls to the service fail until some are given, or a process registers.");
        }

        foreach ((int index, string host) in service.Hosts.Index())
        {
            Authority authority = Authority.Parse(host);
            string name = authority.ServiceName(key.Namespace);
            if (authority.Port.Length > 0 && name != key.FullName && services.ContainsKey(name))
            {
                yield return roots.Fault(
                    key, $"hosts:{index}",
                    $"'{host}' takes all calls to this port away from the service '{name}'. Leave it out unless that is meant.");
            }
        }

        string? catchAll = null;
        foreach ((int index, MeshRoute route) in service.Routes.Index())
        {
            string path = $"routes:{index}";
            if (catchAll is not null)
            {
                yield return roots.Fault(
                    key, path, $"The route '{route.Name}' is never tried: '{catchAll}' before it takes every request.");
            }

            catchAll ??= route.TakesEveryRequest ? route.Name : null;
            foreach (RouteTarget target in route.To)
            {
                if (Complaint(key, target.Service, target.Subset, services) is { } complaint)
                {
                    yield return roots.Fault(key, $"{path}:to", complaint);
                }
            }

            foreach (RouteMirror mirror in route.Mirror)
            {
                if (Complaint(key, mirror.Service, mirror.Subset, services) is { } complaint)
                {
                    yield return roots.Fault(key, $"{path}:mirror", complaint);
                }
            }
        }
    }

    private static string? Complaint(DocumentKey own, string? service, string? subset, Dictionary<string, MeshService> services)
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
