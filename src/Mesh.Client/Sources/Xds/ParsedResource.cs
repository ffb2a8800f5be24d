using System.Collections.Immutable;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>What the bytes of a resource say, or why they cannot be used.</summary>
internal sealed record ParsedResource(object? Value, ImmutableArray<XdsFault> Faults)
{
    public static ParsedResource Bad(XdsFault fault) => new(null, [fault]);
}
