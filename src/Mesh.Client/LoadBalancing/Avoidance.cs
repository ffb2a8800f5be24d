namespace Mesh.Client.LoadBalancing;

/// <summary>Keeps an attempt away from the endpoints that its call has tried.</summary>
internal static class Avoidance
{
    /// <summary>How often a balancer draws again before it walks through the endpoints.</summary>
    public const int Redraws = 3;

    /// <summary>True if the endpoint is among them.</summary>
    public static bool Includes<TEndpoint>(this ReadOnlySpan<TEndpoint> avoid, TEndpoint endpoint)
        where TEndpoint : class
    {
        foreach (TEndpoint tried in avoid)
        {
            if (ReferenceEquals(tried, endpoint))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first endpoint from a start that need not be avoided; the one at the start if all must.</summary>
    /// <remarks>Takes at most one step more than there are endpoints to avoid.</remarks>
    public static TEndpoint FirstOutside<TEndpoint>(TEndpoint[] endpoints, int start, ReadOnlySpan<TEndpoint> avoid)
        where TEndpoint : class
    {
        for (int step = 0; step < endpoints.Length; step++)
        {
            TEndpoint candidate = endpoints[(start + step) % endpoints.Length];
            if (!avoid.Includes(candidate))
            {
                return candidate;
            }
        }

        return endpoints[start];
    }
}
