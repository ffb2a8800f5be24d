using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>
/// xDS weighs places next to each other, and endpoints within their place. The settings weigh endpoints next to each other:
/// those of a place share its weight.
/// </summary>
internal static class LocalityWeights
{
    // The range that documents have.
    public const int Heaviest = 1000;

    /// <summary>The weight of a place whose endpoints' weights shall hold as they are.</summary>
    public static uint Sum(IReadOnlyCollection<MeshEndpoint> endpoints) =>
        (uint)Math.Min(endpoints.Sum(endpoint => (long)endpoint.Weight), uint.MaxValue);

    public static ImmutableArray<MeshEndpoint> Apply(IReadOnlyList<LocalityEndpoints> places) =>
        [.. places.Where(place => !place.Endpoints.IsEmpty).GroupBy(place => place.Priority).SelectMany(priority => Apply([.. priority]))];

    private static IEnumerable<MeshEndpoint> Apply(ImmutableArray<LocalityEndpoints> places)
    {
        if (places.All(place => HoldAsTheyAre(place)))
        {
            return places.SelectMany(place => place.Endpoints);
        }

        // One scale for the whole priority: its heaviest endpoint has the largest weight.
        double heaviest = places.SelectMany(place => place.Endpoints, Share).Max();
        return places.SelectMany(place => place.Endpoints, (place, endpoint) => endpoint with
        {
            Weight = Math.Max(1, (int)Math.Round(Share(place, endpoint) / heaviest * Heaviest)),
        });
    }

    private static bool HoldAsTheyAre(LocalityEndpoints place) =>
        (place.Weight is null || place.Weight == Sum(place.Endpoints)) && place.Endpoints.All(endpoint => endpoint.Weight <= Heaviest);

    private static double Share(LocalityEndpoints place, MeshEndpoint endpoint)
    {
        double sum = Sum(place.Endpoints);
        return (place.Weight ?? sum) * endpoint.Weight / sum;
    }
}
