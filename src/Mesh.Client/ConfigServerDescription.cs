namespace Mesh.Client;

/// <summary>The config server as this process sees it.</summary>
public sealed class ConfigServerDescription
{
    /// <summary>The address of the server that answers; null: none does at the moment, and what was said last is in force.</summary>
    public required string? Address { get; init; }

    /// <summary>The newest state of the mesh that was told of, as <c>epoch.generation</c>; null: none yet.</summary>
    public required string? State { get; init; }

    /// <summary>Time since a server said anything; null: none has since this process began.</summary>
    public required TimeSpan? LastAnswerAge { get; init; }

    /// <summary>What the server sent and this process does not use, or what the server withholds, by name. The last good ones are in force.</summary>
    public required IReadOnlyList<RefusedResource> Refused { get; init; }
}

/// <summary>A part of a service's rules that is not used.</summary>
public sealed class RefusedResource
{
    /// <summary>Its type: <c>Listener</c>, <c>RouteConfiguration</c>, <c>Cluster</c> or <c>ClusterLoadAssignment</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Its name: as a rule that of its service, with the namespace.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong, and in which field.</summary>
    public required string Reason { get; init; }
}
