using System.Collections.Immutable;

namespace Mesh.ConfigServer.Xds;

/// <summary>A client that is connected, and how far it has come.</summary>
/// <param name="Node">Who it says it is.</param>
/// <param name="Address">Where it is, with its port.</param>
/// <param name="Protocol">How it speaks.</param>
/// <param name="ConnectedAt">Since when.</param>
/// <param name="Resources">What it wants.</param>
/// <param name="Gaps">What it cannot honour of what it has.</param>
/// <param name="LastNack">What it refused last, on this stream; null: nothing.</param>
internal sealed record ClientStatus(
    ClientNode Node,
    string Address,
    StreamProtocol Protocol,
    DateTimeOffset ConnectedAt,
    ImmutableArray<ResourceStatus> Resources,
    ImmutableArray<ClientGap> Gaps,
    ClientNack? LastNack)
{
    /// <summary>How far it has come with all of them.</summary>
    public ClientSync Sync => SyncOf(Resources.Select(resource => resource.State));

    /// <summary>Since when it owes an answer to what it was sent; null: it owes none.</summary>
    public DateTimeOffset? BehindSince => Resources.Min(resource => resource.PendingSince);

    public static ClientSync SyncOf(IEnumerable<ResourceState> states)
    {
        ClientSync sync = ClientSync.InSync;
        foreach (ResourceState state in states)
        {
            if (state is ResourceState.Nacked)
            {
                return ClientSync.Nacked;
            }

            sync = state is ResourceState.Stale or ResourceState.Requested ? ClientSync.Behind : sync;
        }

        return sync;
    }
}
