using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Model;

namespace Mesh.ConfigServer.Registry;

/// <summary>What a process says of itself: which service it is an instance of, and where it is called.</summary>
internal sealed record Registration
{
    /// <summary>The full name of the service: <c>catalog.default</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Tells the process from others of the service.</summary>
    public required string Instance { get; init; }

    /// <summary>Of two streams with one instance the one with the higher epoch holds.</summary>
    public required long Epoch { get; init; }

    /// <summary>The server that took it.</summary>
    public required string Owner { get; init; }

    /// <summary>With the addresses that others call.</summary>
    public required ImmutableArray<MeshEndpoint> Endpoints { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Where its stream comes from; empty: that is not known.</summary>
    public string Peer { get; init; } = "";

    public string UserAgent { get; init; } = "";

    public string? Version { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    public Locality Locality { get; init; } = new();

    public int Weight { get; init; } = 1;

    /// <summary>What the server is to ask the process; null: nothing.</summary>
    public HealthCheckSettings? HealthCheck { get; init; }

    /// <summary>The process's own words with all hosts filled in, as they are kept.</summary>
    public ByteString Content { get; init; } = ByteString.Empty;

    /// <summary>The same, with the endpoints of the one before where they say the same: maps are equal to themselves alone.</summary>
    public Registration After(Registration before) =>
        Endpoints.Length == before.Endpoints.Length && Endpoints.Zip(before.Endpoints).All(pair => IsSame(pair.First, pair.Second))
            ? this with { Endpoints = before.Endpoints } : this;

    private static bool IsSame(MeshEndpoint one, MeshEndpoint other) =>
        one with { Labels = other.Labels } == other && one.Labels.SequenceEqual(other.Labels);
}
