namespace Mesh.Client.Resilience;

/// <summary>Whether sending a request twice does no more than sending it once (RFC 9110, 9.2.2).</summary>
internal static class Idempotency
{
    /// <summary>By its method, or because the caller says so with an <c>Idempotency-Key</c>.</summary>
    public static bool IsIdempotent(HttpRequestMessage request)
    {
        HttpMethod method = request.Method;
        return method == HttpMethod.Get
            || method == HttpMethod.Head
            || method == HttpMethod.Put
            || method == HttpMethod.Delete
            || method == HttpMethod.Options
            || method == HttpMethod.Trace
            || request.Headers.NonValidated.Contains("Idempotency-Key");
    }
}
