using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;
using Mesh.Model;
using Mesh.Model.Explanations;
using Mesh.Model.Xds;

namespace Mesh.Cli.Checks;

/// <summary>Looks where routes send requests: whether anybody is there. From documents alone nobody can tell.</summary>
internal sealed class TargetCheck
{
    private readonly Dictionary<string, MeshService> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServiceEntry> _called = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="documents">Of all services that have one. The last one of a service counts.</param>
    /// <param name="called">Where services are called.</param>
    public TargetCheck(IEnumerable<StoredService> documents, EndpointsAnswer called)
    {
        foreach (StoredService document in documents)
        {
            _documents[document.Key.FullName] = document.Service;
        }

        foreach (ServiceEntry service in called.Services)
        {
            _called[service.FullName] = service;
        }
    }

    /// <summary>Of documents that are to be written.</summary>
    /// <param name="api">The server.</param>
    /// <param name="given">The documents.</param>
    /// <param name="prune">Whether those on the server that are not among them go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<LostTarget>> AskAsync(
        MeshApi api, IReadOnlyList<StoredService> given, bool prune, CancellationToken cancellationToken)
    {
        HashSet<string> targets = [.. given.SelectMany(TargetsOf)];
        if (targets.Count == 0)
        {
            return [];
        }

        // Most routes lead to their own service.
        ServiceName? single = given is [{ Key: var key }] && targets.SetEquals([key.FullName]) ? new ServiceName(key.Name, key.Namespace) : null;
        EndpointsAnswer called = await EndpointsAnswer.AskAsync(api, single, cancellationToken).ConfigureAwait(false);
        IEnumerable<StoredService> kept = prune || single is not null ? []
            : (await api.GetAsync<DocumentsAnswer>("api/v1/documents?kind=Service", cancellationToken).ConfigureAwait(false))
                .All.Select(StoredService.Of);
        TargetCheck check = new([.. kept, .. given], prune ? called.WithoutDocuments : called);
        return [.. given.SelectMany(check.Of)];
    }

    public IEnumerable<LostTarget> Of(StoredService document)
    {
        foreach ((int index, MeshRoute route) in document.Service.Routes.Index())
        {
            decimal total = route.To.Sum(target => (decimal)target.Weight);
            foreach (RouteTarget target in route.To.Where(target => target.Weight > 0))
            {
                (string name, string what) = NameOf(document.Key, target.Service, target.Subset);
                if (Complaint(name, target.Subset) is { } complaint)
                {
                    string share = Shares.Format((double)(target.Weight / total));
                    yield return new LostTarget(
                        document.Key, $"routes:{index}:to", IsCopy: false,
                        $"Route '{route.Name}' sends {share} to {what}, {complaint}. What is sent there fails.",
                        Remedy(document.Key, name, route, target));
                }
            }

            foreach (RouteMirror mirror in route.Mirror.Where(mirror => mirror.Percent > 0))
            {
                (string name, string what) = NameOf(document.Key, mirror.Service, mirror.Subset);
                if (Complaint(name, mirror.Subset) is { } complaint)
                {
                    yield return new LostTarget(
                        document.Key, $"routes:{index}:mirror", IsCopy: true,
                        $"Route '{route.Name}' copies requests to {what}, {complaint}. The copies are lost.",
                        "Start instances there, or take the mirror out of the document.");
                }
            }

            if (route.TakesEveryRequest)
            {
                // Those after it are never tried.
                yield break;
            }
        }
    }

    private static IEnumerable<string> TargetsOf(StoredService document) =>
        from route in document.Service.Routes
        from service in route.To.Select(target => target.Service).Concat(route.Mirror.Select(mirror => mirror.Service))
        select NameOf(document.Key, service, null).Name;

    private static (string Name, string What) NameOf(DocumentKey own, string? service, string? subset)
    {
        string name = service is null ? own.FullName : XdsNames.Of(service, own.Namespace);
        return (name, subset is null ? name : $"subset '{subset}' of {name}");
    }

    private static string Remedy(DocumentKey own, string name, MeshRoute route, RouteTarget target)
    {
        ServiceName service = new(own.Name, own.Namespace);
        return name != own.FullName || target.Subset is not { } subset
            ? $"Start instances there, or change the route in the document of {service}."
            : $"Start instances there, or give the share to others: `mesh split {service.Short} {subset}=0"
                + (route.TakesEveryRequest ? "`." : $" --route {route.Name}`.");
    }

    // Null: nothing is wrong with it, as far as one knows.
    private string? Complaint(string name, string? subset)
    {
        MeshService? document = _documents.GetValueOrDefault(name);
        ServiceEntry? entry = _called.GetValueOrDefault(name);
        if (document is null && entry is null)
        {
            return "which the mesh does not have";
        }

        if (subset is null || Endpoints(document, entry) is not { } endpoints)
        {
            return null;
        }

        MeshSubset meant = MeshSubset.Named(document ?? new MeshService(), subset);
        (MeshEndpoint, bool IsWell)[] members = [.. endpoints.Where(each => meant.Contains(each.Endpoint))];
        return members.Length == 0 ? "where no endpoint is" : members.Any(member => member.IsWell) ? null : "where all endpoints are unhealthy";
    }

    // Null: clients find them in their own sources. That there is none at all is looked at elsewhere, and so is it of a subset.
    private static IEnumerable<(MeshEndpoint Endpoint, bool IsWell)>? Endpoints(MeshService? document, ServiceEntry? entry)
    {
        EndpointEntry[] others = [.. (document is null ? entry?.Endpoints : null) ?? [.. entry?.Registered ?? []]];
        bool isOpen = document is null ? entry!.Endpoints is null
            : document.Endpoints is null && others.Length == 0 && entry?.EmptySince is null;
        return isOpen ? null
            : [.. (document?.Endpoints ?? []).Select(endpoint => (endpoint, true)), .. others.Select(endpoint => (endpoint.ToModel(), endpoint.State != "unhealthy"))];
    }
}
