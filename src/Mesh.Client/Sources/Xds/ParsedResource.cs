using System.Collections.Immutable;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>What the bytes of a resource say, or why they cannot be used.</summary>
internal sealed record ParsedResource(object? Value, ImmutableArray<XdsFault> Faults)
{
    /// <summary>It is good but for files that are not here, and may come.</summary>
    public bool WaitsForFiles { get; init; }

    public static ParsedResource Bad(XdsFault fault) => new(null, [fault]);
}
