using System.Globalization;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Sources.Xds;

/// <summary>How services are called at the servers of a bootstrap: by what URIs call, and their listeners by a template.</summary>
internal static class AuthorityNames
{
    /// <summary>The host, with the port where the scheme does not tell it; Istio wants to be told always.</summary>
    public static string Of(Uri uri, XdsBootstrap bootstrap)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort && !bootstrap.IsIstio ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}");
    }

    /// <summary>A service that the settings name has no port: it is that of http.</summary>
    public static string Of(string service, XdsBootstrap bootstrap) =>
        bootstrap.IsIstio && !service.Contains(':', StringComparison.Ordinal) ? service + ":80" : service;

    public static string ListenerOf(string service, XdsBootstrap bootstrap) =>
        bootstrap.ListenerTemplate.Replace("%s", Of(service, bootstrap), StringComparison.Ordinal);
}
