namespace Mesh.Client;

/// <summary>What the mesh of this process does at one moment, for people and for support bundles.</summary>
public sealed class MeshDescription
{
    /// <summary>The name that this process has in the mesh.</summary>
    public required string Service { get; init; }

    /// <summary>Its version; null where the settings do not say.</summary>
    public required string? Version { get; init; }

    /// <summary>False while <c>Mesh:Enabled</c> is false: names are resolved, rules are not applied.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The settings' version: the start of a hash over their content, equal wherever the content is.</summary>
    public required string SettingsVersion { get; init; }

    /// <summary>The config server; null where <c>Mesh:ConfigServer</c> names none.</summary>
    public ConfigServerDescription? ConfigServer { get; init; }

    /// <summary>This process in the config server's registry; null where it has no web server that others can reach, or no config server.</summary>
    public RegistrationDescription? Registration { get; init; }

    /// <summary>Who this process can prove to be; null where the settings name nobody who gives it an identity.</summary>
    public IdentityDescription? Identity { get; init; }

    /// <summary>The services known to this process, by name.</summary>
    public required IReadOnlyList<ServiceDescription> Services { get; init; }
}

/// <summary>One service as this process sees it.</summary>
public sealed class ServiceDescription
{
    /// <summary>The service's name.</summary>
    public required string Name { get; init; }

    /// <summary>The source of its rules; null where no source has any and the defaults hold.</summary>
    public required string? RulesFrom { get; init; }

    /// <summary>The version of its rules, equal wherever their content is; null where their source has none.</summary>
    public string? RulesVersion { get; init; }

    /// <summary>The source of its endpoints; null where no source knows any.</summary>
    public required string? EndpointsFrom { get; init; }

    /// <summary>Its routes' names, in the order in which they are tried. Empty: every request goes to its endpoints.</summary>
    public required IReadOnlyList<string> Routes { get; init; }

    /// <summary>Its endpoints, in the source's order.</summary>
    public required IReadOnlyList<EndpointDescription> Endpoints { get; init; }

    /// <summary>Calls in flight.</summary>
    public required int ActiveCalls { get; init; }
}

/// <summary>One endpoint as this process sees it.</summary>
public sealed class EndpointDescription
{
    /// <summary>Its address: <c>127.0.0.1:5001</c>, with a scheme where the source gave one.</summary>
    public required string Address { get; init; }

    /// <summary>Its version; null where the source gave none.</summary>
    public required string? Version { get; init; }

    /// <summary>Its share of the traffic relative to the others.</summary>
    public required int Weight { get; init; }

    /// <summary>0 is called first, others as those before them fail.</summary>
    public required int Priority { get; init; }

    /// <summary>The priority in DNS (SRV), which orders endpoints of the same <see cref="Priority"/>; null where it was not found there.</summary>
    public required int? SrvPriority { get; init; }

    /// <summary>The one protocol that it speaks: <c>HTTP/1.1</c> or <c>HTTP/2</c>. Null: nothing is known against either. Calls by the other one do not go to it.</summary>
    public string? Protocol { get; init; }

    /// <summary>Whether it gets calls.</summary>
    public required EndpointState State { get; init; }

    /// <summary>Why it is in that state, in words; null while it is ready.</summary>
    public required string? Reason { get; init; }

    /// <summary>Calls in flight.</summary>
    public required int ActiveRequests { get; init; }

    /// <summary>Time to response headers: a moving average that follows peaks at once. Null: not called yet.</summary>
    public required TimeSpan? Latency { get; init; }
}

/// <summary>Whether an endpoint gets calls.</summary>
public enum EndpointState
{
    /// <summary>It gets its share.</summary>
    Ready,

    /// <summary>It failed too often and is left out for a while.</summary>
    Ejected,

    /// <summary>Its ejection is over: one call tries it, and decides.</summary>
    Probing,

    /// <summary>Its health checks fail, and it is left out until they succeed; or it says in its answers that it is about to stop.</summary>
    Unhealthy,
}
