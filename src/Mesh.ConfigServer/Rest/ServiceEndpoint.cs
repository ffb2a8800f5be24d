using System.Collections.Immutable;
using Mesh.ConfigServer.Registry;
using Mesh.Model;

namespace Mesh.ConfigServer.Rest;

/// <summary>An address at which a service is called.</summary>
/// <param name="Address">As documents write it.</param>
/// <param name="State">
/// <c>static</c> of a document's; of registered ones <c>ready</c>, <c>silent</c>, <c>unhealthy</c>, <c>held</c> or <c>restored</c>.
/// </param>
/// <param name="Origin"><c>document</c>, whose word holds where both have the address, or <c>registered</c>.</param>
/// <param name="Instance">Who has registered there; null: nobody.</param>
/// <param name="RegisteredAt">When that said last what it is.</param>
/// <param name="LastHeard">When it said last that it is alive; null: not since the server's start.</param>
/// <param name="Owner">The server that it registers with.</param>
/// <param name="UserAgent">Its software, with the version.</param>
/// <param name="Version">Of the service.</param>
/// <param name="Labels">By which subsets tell endpoints apart.</param>
/// <param name="Locality">Region, zone and sub-zone, with a slash between; null: nobody says.</param>
/// <param name="Weight">Its share relative to the others.</param>
/// <param name="Priority">0 is called first.</param>
/// <param name="Protocols"><c>all</c>, <c>http1</c> or <c>http2</c>.</param>
/// <param name="Tls"><c>permissive</c> or <c>strict</c> of one that takes the mesh's TLS, with or without plain text beside it; a document's mode; null: nobody says.</param>
/// <param name="Reason">Why it is unhealthy; null: it is not.</param>
internal sealed record ServiceEndpoint(
    string Address, string State, string Origin, string? Instance, DateTimeOffset? RegisteredAt, DateTimeOffset? LastHeard, string? Owner,
    string? UserAgent, string? Version, ImmutableSortedDictionary<string, string> Labels, string? Locality, int Weight, int Priority,
    string Protocols, string? Tls, string? Reason)
{
    /// <param name="endpoint">As clients are told.</param>
    /// <param name="instance">Who has registered at that address as well; null: nobody.</param>
    /// <param name="now">When.</param>
    public static ServiceEndpoint OfDocument(MeshEndpoint endpoint, RegisteredInstance? instance, DateTimeOffset now) =>
        Of(endpoint, "static", "document", instance, now);

    /// <inheritdoc cref="OfDocument"/>
    public static ServiceEndpoint OfInstance(MeshEndpoint endpoint, RegisteredInstance instance, DateTimeOffset now) =>
        Of(endpoint, ClientResource.Word(instance.State), "registered", instance, now);

    private static ServiceEndpoint Of(MeshEndpoint endpoint, string state, string origin, RegisteredInstance? instance, DateTimeOffset now) => new(
        endpoint.Address, state, origin, instance?.Registration.Instance, instance?.Registration.RegisteredAt,
        instance is null or { State: InstanceState.Restored } ? null : now - instance.Silence, instance?.Registration.Owner,
        instance?.Registration.UserAgent is { Length: > 0 } agent ? agent : null, endpoint.Version, endpoint.Labels, Place(endpoint.Locality),
        endpoint.Weight, endpoint.Priority, ClientResource.Word(endpoint.Protocols), TlsOf(endpoint), instance?.Reason);

    private static string? TlsOf(MeshEndpoint endpoint) =>
        endpoint.TakesPlainText ? "permissive" : endpoint.SpiffeId is not null ? "strict" : endpoint.Tls is { } mode ? ClientResource.Word(mode) : null;

    private static string? Place(Locality place) =>
        $"{place.Region}/{place.Zone}/{place.SubZone}".TrimEnd('/') is { Length: > 0 } text ? text : null;
}
