using System.Collections.Immutable;

namespace Mesh.ConfigServer.Xds;

/// <summary>What is told of a stream, whatever its protocol.</summary>
internal interface IDiscoveryStream
{
    /// <summary>How far its client has come with each resource.</summary>
    IEnumerable<ResourceState> States { get; }

    /// <summary>Rules in what its client has that it cannot honour.</summary>
    int Gaps { get; }

    /// <summary>Since when its client owes an answer; null: it owes none.</summary>
    DateTimeOffset? PendingSince { get; }

    /// <summary>All that its client wants.</summary>
    ImmutableArray<ResourceStatus> Describe();

    /// <summary>The types of which its client wants all there is, which it is not told.</summary>
    IEnumerable<ResourceType> AskedForAll();

    /// <summary>It has ended, and is shown nothing any more.</summary>
    void Leave();
}
