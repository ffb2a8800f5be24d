namespace Mesh.Client;

/// <summary>
/// What one request asks for beside the rules of its route: <c>request.Options.Set(MeshRequestOptions.Timeout, TimeSpan.FromSeconds(2))</c>.
/// Requests to hosts outside the mesh do not heed them.
/// </summary>
public static class MeshRequestOptions
{
    // As long as any time in the settings may be.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    private static bool s_areUsed;

    /// <summary>
    /// The time for this call, from its start to the last byte of the answer's body, in place of the route's <c>Timeout</c>: above zero and at most
    /// 24 hours, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none. The client's own timeout holds beside it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Thrown by the send, for any other time.</exception>
    public static HttpRequestOptionsKey<TimeSpan> Timeout => Key<TimeSpan>("Mesh.Timeout");

    /// <summary>
    /// False: this call is not repeated. True: it may be repeated though its method is not idempotent, where the route's rules and budgets
    /// allow it.
    /// </summary>
    public static HttpRequestOptionsKey<bool> Retry => Key<bool>("Mesh.Retry");

    /// <summary>
    /// The endpoints that may be called: one of the service's <c>Subsets</c>, else a version. In place of the route's; with no such endpoint the
    /// call fails.
    /// </summary>
    public static HttpRequestOptionsKey<string> Subset => Key<string>("Mesh.Subset");

    /// <summary>
    /// Calls with the same key go to the same endpoint, from every process that has the same endpoints, instead of to the one that the balancer picks.
    /// Keys spread over the endpoints by their weights. While an endpoint gets no calls, and once it has left, its keys belong to the others, and
    /// no other key moves (rendezvous hashing). A retry goes to the next endpoint in the key's order.
    /// </summary>
    public static HttpRequestOptionsKey<string> HashKey => Key<string>("Mesh.HashKey");

    /// <summary>Whether the application has ever asked for a key. Until then no call pays for the options that a request makes when it is asked for them.</summary>
    internal static bool AreUsed => Volatile.Read(ref s_areUsed);

    /// <exception cref="ArgumentOutOfRangeException">The request asks for a time that there is not.</exception>
    internal static void Check(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(Timeout, out TimeSpan timeout)
            && timeout != System.Threading.Timeout.InfiniteTimeSpan
            && (timeout <= TimeSpan.Zero || timeout > s_longest))
        {
            throw new ArgumentOutOfRangeException(
                nameof(request), timeout, "MeshRequestOptions.Timeout is above zero and at most 24 hours, or Timeout.InfiniteTimeSpan.");
        }
    }

    private static HttpRequestOptionsKey<T> Key<T>(string name)
    {
        if (!AreUsed)
        {
            Volatile.Write(ref s_areUsed, true);
        }

        return new HttpRequestOptionsKey<T>(name);
    }
}
