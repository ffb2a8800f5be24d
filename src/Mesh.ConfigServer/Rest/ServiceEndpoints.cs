using System.Collections.Immutable;
using Mesh.ConfigServer.Registry;
using Mesh.Model;

namespace Mesh.ConfigServer.Rest;

/// <summary>Where a service is called.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Namespace">And where.</param>
/// <param name="HasDocument">False: it is known for its instances alone.</param>
/// <param name="Endpoints">Null: neither a document nor a process says, and clients find them in their own sources.</param>
/// <param name="EmptySince">Since when no instance is registered; null: some are, or none was in the last hour.</param>
/// <param name="Comings">Instances that came in the last five minutes.</param>
/// <param name="Goings">Instances that went in that time, in whatever way.</param>
/// <param name="HiddenBy">The service whose document has this name among its hosts: calls go there, and none to these endpoints. Null: none has.</param>
internal sealed record ServiceEndpoints(
    string Service, string Namespace, bool HasDocument, ImmutableArray<ServiceEndpoint>? Endpoints, DateTimeOffset? EmptySince, int Comings,
    int Goings, string? HiddenBy)
{
    /// <param name="name">The service's full name.</param>
    /// <param name="document">What its document says; null: it has none.</param>
    /// <param name="live">What clients are told; null: nothing yet.</param>
    /// <param name="registered">Who has registered; null: nobody in the last hour.</param>
    /// <param name="owner">Whose name it is, where it has no document; null: its own.</param>
    /// <param name="now">When.</param>
    public static ServiceEndpoints Of(
        string name, MeshService? document, MeshService? live, RegisteredService? registered, string? owner, DateTimeOffset now)
    {
        ImmutableArray<RegisteredInstance> instances = registered?.Instances ?? [];
        Dictionary<string, RegisteredInstance> byAddress = new(StringComparer.Ordinal);
        foreach (RegisteredInstance instance in instances)
        {
            foreach (MeshEndpoint endpoint in instance.Registration.Endpoints)
            {
                byAddress[endpoint.Authority] = instance;
            }
        }

        ImmutableArray<MeshEndpoint> written = document?.Endpoints ?? [];
        HashSet<string> documents = new(written.Select(endpoint => endpoint.Authority), StringComparer.Ordinal);
        Dictionary<string, int> priorities = new(StringComparer.Ordinal);
        foreach (MeshEndpoint endpoint in live?.Endpoints ?? [])
        {
            priorities[endpoint.Authority] = endpoint.Priority;
        }

        IEnumerable<ServiceEndpoint> all =
        [
            .. written.Select(endpoint => ServiceEndpoint.OfDocument(endpoint, byAddress.GetValueOrDefault(endpoint.Authority), now)),
            .. from instance in instances
               from endpoint in instance.Registration.Endpoints
               where !documents.Contains(endpoint.Authority)
               let shown = endpoint with { Priority = priorities.GetValueOrDefault(endpoint.Authority, endpoint.Priority) }
               select ServiceEndpoint.OfInstance(shown, instance, now),
        ];
        string[] parts = name.Split('.', 2);
        return new ServiceEndpoints(
            parts[0], parts[1], document is not null, document is { Endpoints: null } && registered is null ? null : [.. all],
            registered?.EmptyFor is { } time ? now - time : null, registered?.Comings ?? 0, registered?.Goings ?? 0, document is null ? owner : null);
    }
}
