namespace Mesh.Benchmarks.Micro;

/// <summary>Cases and variants by name, as reports and targets call them.</summary>
internal static class Names
{
    public const string Http = "http";

    public const string Buffered = "http, buffered body";

    public const string Cancellable = "http, caller's token";

    public const string Suspended = "http, suspended";

    public const string Grpc = "grpc";

    public const string Authorization = "authorization";

    public const string Factory = "IHttpClientFactory";

    public const string Discovery = "service discovery (sd)";

    public const string Resilience = "standard resilience (res)";

    public const string DiscoveryAndResilience = "sd+res";

    public const string AllPolicies = "mesh, all policies";

    public const string AllPoliciesByFactory = "mesh, all policies, by IHttpClientFactory";

    public const string Metrics = "mesh, all policies + metrics";

    public const string MetricsAndTrace = "mesh, all policies + metrics + trace context";

    public const string SampledSpan = "mesh, all policies + metrics + sampled span";

    public static string Endpoints(int count) => count == 1 ? "mesh, 1 endpoint" : $"mesh, {count} endpoints";

    /// <param name="count">How many routes there are.</param>
    /// <param name="by">What tells them apart.</param>
    public static string Routes(int count, string by) => count == 1 ? $"mesh, 1 route by {by}" : $"mesh, {count} routes by {by}";

    /// <param name="count">How many rules of policies there are.</param>
    /// <param name="what">What becomes of the call, or what the rules are.</param>
    public static string Rules(int count, string what) => $"{count} rules, {what}";
}
