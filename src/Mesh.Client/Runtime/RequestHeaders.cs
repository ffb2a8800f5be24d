using System.Net.Http.Headers;

namespace Mesh.Client.Runtime;

/// <summary>Reads a request's headers for route matching.</summary>
internal static class RequestHeaders
{
    /// <summary>The header's value, several joined by a comma; null where it is absent.</summary>
    public static string? Read(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values)
        || (request.Content is { } content && content.Headers.NonValidated.TryGetValues(name, out values))
            ? values.ToString()
            : null;
}
