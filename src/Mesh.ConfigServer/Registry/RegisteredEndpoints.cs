using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.ConfigServer.Registry;

/// <summary>Where the instances of a service are called.</summary>
/// <param name="Usual">Those that are well, as far as it is known.</param>
/// <param name="Last">Those that are called when no other can be.</param>
internal sealed record RegisteredEndpoints(ImmutableArray<MeshEndpoint> Usual, ImmutableArray<MeshEndpoint> Last)
{
    /// <summary>
    /// The endpoints of a service: those of its document, whose word holds where both have an address, and these. The last have the lowest
    /// priority, one past all others.
    /// </summary>
    public ImmutableArray<MeshEndpoint> JoinedTo(ImmutableArray<MeshEndpoint> documents)
    {
        HashSet<string> taken = new(documents.Select(endpoint => endpoint.Authority), StringComparer.Ordinal);
        MeshEndpoint[] first = [.. documents, .. Usual.Where(endpoint => !taken.Contains(endpoint.Authority))];
        int lowest = first.Length == 0 ? 0 : first.Max(endpoint => endpoint.Priority) + 1;
        return [.. first, .. Last.Where(endpoint => !taken.Contains(endpoint.Authority)).Select(endpoint => endpoint with { Priority = lowest })];
    }
}
