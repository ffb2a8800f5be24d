using static Mesh.Model.Documents.SettingTraits;

namespace Mesh.Model.Documents;

/// <summary>The settings of one service under <c>Services</c>.</summary>
internal static class ServiceSchema
{
    public static Section<MeshService> Section { get; } = new(
        new MeshService(),
        checks:
        [
            new(["Endpoints", "Tls"], "An endpoint with Tls Mutual needs the service's Tls:ClientCertificate.",
                s => s.Tls?.ClientCertificate is null && Find(s, e => e.Tls == TlsMode.Mutual) is { } mutual
                    ? $"The endpoint {Wording.Quote(mutual.Address)} has Tls Mutual, and there is no certificate to show: give Tls:ClientCertificate."
                    : null),
            new(["Endpoints", "Tls"], "An endpoint with http:// in its address has no TLS.",
                s => Find(s, e => e.Scheme == EndpointScheme.Http && (e.Tls ?? s.Tls?.ModeInForce() ?? TlsMode.Disabled) != TlsMode.Disabled) is { } plain
                    ? $"The endpoint {Wording.Quote(plain.Address)} takes calls without TLS alone, and Tls asks for it: leave http:// out, or give the endpoint Tls Disabled."
                    : null),
        ])
    {
        {
            "Hosts", "Other names it is called by: a host, with or without a port, or a wildcard.",
            new ListOf<string>(Names.Host), s => s.Hosts, (s, v) => s with { Hosts = v }
        },
        {
            "Override", "Whether these settings win over every other source.",
            Choices.Flag, s => s.Override, (s, v) => s with { Override = v }
        },
        {
            "Endpoints", "Where it runs. Not given: other sources are asked.",
            EndpointSchema.List, s => s.Endpoints, (s, v) => s with { Endpoints = v }
        },
        {
            "Subsets", "Named parts of its endpoints.",
            new MapOf<MeshSubset>(Names.Part, new Section<MeshSubset>(new MeshSubset(), [Rule.AtLeastOne("Version", "Labels")])
            {
                { "Version", "The version that its endpoints have.", Texts.Line, s => s.Version, (s, v) => s with { Version = v } },
                { "Labels", "The labels that its endpoints have.", IdentitySchema.Labels, s => s.Labels, (s, v) => s with { Labels = v } },
            }),
            s => s.Subsets, (s, v) => s with { Subsets = v }
        },
        {
            "Routes", "Which requests go where; the first that matches is taken.",
            RouteSchema.List, s => s.Routes, (s, v) => s with { Routes = v }
        },
        {
            "RetryBudget", "How many retries its callers may add to its load.",
            RetrySchema.Budget, s => s.RetryBudget, (s, v) => s with { RetryBudget = v }
        },
        {
            "LoadBalancing", "How an endpoint is chosen.",
            LoadBalancingSchema.Section, s => s.LoadBalancing, (s, v) => s with { LoadBalancing = v }
        },
        {
            "CircuitBreaker", "Limits on what is in flight.",
            LimitSchema.CircuitBreaker, s => s.CircuitBreaker, (s, v) => s with { CircuitBreaker = v }
        },
        {
            "OutlierDetection", "When an endpoint that fails is left out, and for how long.",
            LimitSchema.OutlierDetection, s => s.OutlierDetection, (s, v) => s with { OutlierDetection = v }
        },
        {
            "HealthCheck", "Questions asked of an endpoint to learn whether it is well.",
            HealthCheckSchema.Section, s => s.HealthCheck, (s, v) => s with { HealthCheck = v }
        },
        { "Tls", "How connections are secured. Not given: as each call asks for by its scheme.", TlsSchema.Section, s => s.Tls, (s, v) => s with { Tls = v }, Security },
    };

    private static MeshEndpoint? Find(MeshService service, Func<MeshEndpoint, bool> condition) =>
        (service.Endpoints ?? []).FirstOrDefault(endpoint => endpoint is not null && condition(endpoint));

    public static Section<MeshService> Defaults { get; } = Section.Without("Hosts", "Endpoints", "Subsets", "Routes");
}
