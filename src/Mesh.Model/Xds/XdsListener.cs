namespace Mesh.Model.Xds;

/// <summary>What a client's listener says.</summary>
internal sealed record XdsListener
{
    public required string Name { get; init; }

    /// <summary>The resource that has the routes; null: they are <see cref="Routes"/>.</summary>
    public string? RouteConfigurationName { get; init; }

    public XdsRouteConfiguration? Routes { get; init; }

    /// <summary>Trouble made on purpose for calls whose route does not say. Null: none.</summary>
    public RouteFault? Fault { get; init; }

    /// <summary>How long a call may take whose route does not say.</summary>
    public TimeSpan? MaxStreamDuration { get; init; }
}
