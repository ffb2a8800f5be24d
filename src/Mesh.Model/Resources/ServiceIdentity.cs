using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>Who this process is in the mesh.</summary>
internal sealed record ServiceIdentity
{
    public const string DefaultNamespace = "default";

    /// <summary>Empty: the host's application name.</summary>
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = DefaultNamespace;

    public string? Version { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Maps.Empty;

    public Locality Locality { get; init; } = new();

    /// <summary>The share of the traffic that this process takes relative to others of the service, from 1.</summary>
    public int Weight { get; init; } = 1;
}

/// <summary>Where a process runs, from the widest to the narrowest.</summary>
internal sealed record Locality
{
    public string? Region { get; init; }

    public string? Zone { get; init; }

    public string? SubZone { get; init; }
}

/// <summary>Shared empty maps; names in the mesh are compared without regard to case.</summary>
internal static class Maps
{
    public static ImmutableSortedDictionary<string, string> Empty { get; } = Of<string>();

    /// <summary>Empty, and the same object each time: settings that say the same are equal.</summary>
    public static ImmutableSortedDictionary<string, T> Of<T>() => None<T>.Map;

    private static class None<T>
    {
        public static readonly ImmutableSortedDictionary<string, T> Map = ImmutableSortedDictionary.Create<string, T>(StringComparer.OrdinalIgnoreCase);
    }
}
