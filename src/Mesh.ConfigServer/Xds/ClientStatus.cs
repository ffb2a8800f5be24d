using System.Collections.Immutable;

namespace Mesh.ConfigServer.Xds;

/// <summary>A client that is connected, and how far it has come.</summary>
/// <param name="Node">Who it says it is.</param>
/// <param name="Address">Where it is, with its port.</param>
/// <param name="Protocol">How it speaks.</param>
/// <param name="ConnectedAt">Since when.</param>
/// <param name="Resources">What it wants.</param>
/// <param name="Gaps">What it cannot honour of what it has.</param>
internal sealed record ClientStatus(
    ClientNode Node,
    string Address,
    StreamProtocol Protocol,
    DateTimeOffset ConnectedAt,
    ImmutableArray<ResourceStatus> Resources,
    ImmutableArray<ClientGap> Gaps);
