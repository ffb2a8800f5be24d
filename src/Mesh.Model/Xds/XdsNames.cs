using System.Globalization;

namespace Mesh.Model.Xds;

/// <summary>
/// How the mesh's own resources are called. Listener, routes, cluster and endpoints of a service all bear its full name,
/// <c>catalog.default</c>, so that a client can ask for all of them at once; a subset's cluster is <c>catalog.default|canary</c>.
/// </summary>
internal static class XdsNames
{
    private const char BeforeSubset = '|';
    private const char BeforeBirth = '#';

    /// <summary>The full name of a service; a name with a dot is one already.</summary>
    public static string Of(string name, string ownNamespace)
    {
        string lower = name.ToLowerInvariant();
        return lower.Contains('.', StringComparison.Ordinal) ? lower : $"{lower}.{ownNamespace.ToLowerInvariant()}";
    }

    /// <summary>The namespace in a full name.</summary>
    public static string NamespaceOf(string fullName) => fullName[(fullName.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>The cluster of a service's endpoints, or of a subset of them.</summary>
    public static string Cluster(string fullName, string? subset) => subset is null ? fullName : fullName + BeforeSubset + subset;

    /// <summary>
    /// The endpoints of a cluster for gRPC clients, <c>catalog.default#7</c>: of a service made anew they have another name. grpc-js
    /// takes no notice of a cluster that comes back just as it was before it went.
    /// </summary>
    public static string Endpoints(string cluster, long born) =>
        string.Create(CultureInfo.InvariantCulture, $"{cluster}{BeforeBirth}{born}");

    /// <summary>The cluster of a name of endpoints.</summary>
    public static string ClusterOf(string endpoints)
    {
        int mark = endpoints.LastIndexOf(BeforeBirth);
        ReadOnlySpan<char> born = endpoints.AsSpan(mark + 1);
        return mark > 0 && !born.IsEmpty && !born.ContainsAnyExceptInRange('0', '9') ? endpoints[..mark] : endpoints;
    }

    /// <summary>The service of a cluster, and the subset where it is one's.</summary>
    public static (string Service, string? Subset) Parse(string cluster)
    {
        int bar = cluster.IndexOf(BeforeSubset, StringComparison.Ordinal);
        return bar < 0 ? (cluster, null) : (cluster[..bar], cluster[(bar + 1)..]);
    }
}
