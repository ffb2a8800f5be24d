using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Tells endpoints as policies name them.</summary>
internal static class RoutePatterns
{
    /// <summary>Null: it has no pattern that is written anywhere.</summary>
    public static string? Of(Endpoint endpoint) => (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } text ? (text.Length == 0 ? "/" : text) : null;
}
