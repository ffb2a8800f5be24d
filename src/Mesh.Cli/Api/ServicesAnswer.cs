using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mesh.Model;

namespace Mesh.Cli.Api;

/// <summary>All services by name: those of documents, and those whose processes have registered.</summary>
internal sealed record ServicesAnswer(ImmutableArray<ListedService> Services)
{
    [JsonIgnore]
    public KnownServices Known => new(Services.Select(service => service.Name));

    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public static Task<ServicesAnswer> AskAsync(MeshApi api, CancellationToken cancellationToken) =>
        api.GetAsync<ServicesAnswer>("api/v1/services", cancellationToken);

    /// <summary>Why a service has no document, and what makes one; null: it has one, or there is no such service.</summary>
    public string? WhyUndocumented(ServiceName name) => Find(name) is { HasDocument: false }
        ? $"{name} has no document: it is there because processes of it have registered, and the mesh's defaults hold. "
            + $"`mesh split {name.Short} v2=10` makes one, and so does `mesh apply` of kind: Service, name: {name.Name}"
            + (name.Namespace == ServiceIdentity.DefaultNamespace ? "." : $", namespace: {name.Namespace}.")
        : null;

    /// <summary>Null: there is no such service.</summary>
    public ListedService? Find(ServiceName name) => Services.FirstOrDefault(service =>
        $"{service.Name}".Equals($"{name}", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A service at a glance.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Namespace">And where.</param>
/// <param name="HasDocument">False: it is known for its instances alone.</param>
/// <param name="Endpoints">At how many addresses clients call it; null: they find them in their own sources.</param>
internal sealed record ListedService(string Service, string Namespace, bool HasDocument, int? Endpoints)
{
    [JsonIgnore]
    public ServiceName Name => new(Service, Namespace);
}
