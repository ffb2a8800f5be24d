using System.Collections.Immutable;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Rest;

/// <summary>A client of the ADS server, and how far it has come with what it has asked for.</summary>
/// <param name="Id">As the client calls itself.</param>
/// <param name="Service">Null: it does not say.</param>
/// <param name="Namespace">In which short names are looked up.</param>
/// <param name="Version">Of the service; null: it does not say.</param>
/// <param name="Locality">Where it runs: region, zone and sub-zone, with a slash between; null: it does not say.</param>
/// <param name="Address">Where its connection comes from.</param>
/// <param name="UserAgent">Its software, with the version.</param>
/// <param name="Protocol"><c>sotw</c> or <c>delta</c>.</param>
/// <param name="Profile"><c>mesh</c> or <c>grpc</c>: which rules it understands.</param>
/// <param name="ConnectedAt">Since when.</param>
/// <param name="Sync"><c>inSync</c>, <c>behind</c> or <c>nacked</c>: how far it is with all that it has asked for.</param>
/// <param name="BehindSince">Since when it owes an answer to what it was sent; null: it owes none.</param>
/// <param name="LastNack">What it refused last, on this stream; null: nothing.</param>
/// <param name="Resources">What it has asked for.</param>
/// <param name="Gaps">Rules that it cannot follow.</param>
internal sealed record Client(
    string Id, string? Service, string Namespace, string? Version, string? Locality, string Address, string UserAgent, string Protocol,
    string Profile, DateTimeOffset ConnectedAt, string Sync, DateTimeOffset? BehindSince, Nack? LastNack,
    ImmutableArray<ClientResource> Resources, ImmutableArray<ClientGap> Gaps)
{
    public static Client Of(ClientStatus status) => new(
        status.Node.Id,
        status.Node.Service.Length == 0 ? null : status.Node.Service,
        status.Node.Namespace,
        status.Node.Version,
        status.Node.Locality,
        status.Address,
        status.Node.UserAgent,
        ClientResource.Word(status.Protocol),
        ClientResource.Word(status.Node.Profile),
        status.ConnectedAt,
        ClientResource.Word(status.Sync),
        status.BehindSince,
        status.LastNack is { } nack ? Nack.Of(nack) : null,
        [.. status.Resources.Select(ClientResource.Of)],
        status.Gaps);
}
