namespace Mesh.Client.Telemetry;

/// <summary>The table of instruments, by which they are made and documented.</summary>
internal static class MeshInstruments
{
    private const string Histogram = "histogram";
    private const string Counter = "counter";
    private const string UpDownCounter = "up-down counter";
    private const string Gauge = "gauge";

    private static readonly string[] s_ofOutcome =
        [MeshTags.Source, MeshTags.Destination, MeshTags.DestinationVersion, MeshTags.Route, MeshTags.Outcome, MeshTags.Reason];

    public static MeshInstrument CallDuration { get; } = new(
        "mesh.client.call.duration", Histogram, "s", "A call, retries included, until the last byte of the answer.", s_ofOutcome);

    public static MeshInstrument AttemptDuration { get; } = new(
        "mesh.client.attempt.duration", Histogram, "s", "One attempt, until its response headers.", s_ofOutcome);

    public static MeshInstrument ActiveCalls { get; } = new(
        "mesh.client.active_calls", UpDownCounter, "{call}", "Calls in flight.", MeshTags.Source, MeshTags.Destination);

    public static MeshInstrument Retries { get; } = new(
        "mesh.client.retries", Counter, "{retry}", "Attempts after a call's first, by what the attempt before came to.", s_ofOutcome);

    public static MeshInstrument BudgetExhausted { get; } = new(
        "mesh.client.retry_budget.exhausted", Counter, "{retry}",
        "Retries that RetryBudget or CircuitBreaker:MaxRetries forbade, by what the attempt before came to.", s_ofOutcome);

    public static MeshInstrument Overflows { get; } = new(
        "mesh.client.overflows", Counter, "{call}", "Calls refused by CircuitBreaker:MaxRequests and MaxPendingRequests.",
        MeshTags.Source, MeshTags.Destination, MeshTags.Route, MeshTags.Outcome, MeshTags.Reason);

    public static MeshInstrument Mirrors { get; } = new(
        "mesh.client.mirrors", Counter, "{copy}",
        "Copies of requests, by what they came to, those that were not sent among them; of the mesh's other instruments only ejections and endpoints know of them.",
        s_ofOutcome);

    public static MeshInstrument Ejections { get; } = new(
        "mesh.client.ejections", Counter, "{ejection}", "Endpoints left out for their failures.",
        MeshTags.Source, MeshTags.Destination, MeshTags.DestinationVersion, MeshTags.Reason);

    public static MeshInstrument Endpoints { get; } = new(
        "mesh.client.endpoints", UpDownCounter, "{endpoint}", "Endpoints by state.",
        MeshTags.Source, MeshTags.Destination, MeshTags.State);

    public static MeshInstrument ConfigConnected { get; } = new(
        "mesh.client.config.connected", UpDownCounter, "{connection}",
        "1 while a config server answers, else 0; without a config server there is no measurement.");

    public static MeshInstrument ConfigAge { get; } = new(
        "mesh.client.config.age", Gauge, "s", "Time since a config server said anything; without an answer yet there is no measurement.");

    public static MeshInstrument Registered { get; } = new(
        "mesh.client.registered", UpDownCounter, "{registration}",
        "1 while a config server has this process registered, else 0; a process that is not to be registered has no measurement.");

    public static MeshInstrument IdentityExpiry { get; } = new(
        "mesh.client.identity.expiry", Gauge, "s", "Time until the identity of this process ends; without an identity there is no measurement.");

    public static MeshInstrument IdentityRenewals { get; } = new(
        "mesh.client.identity.renewals", Counter, "{renewal}", "Tries to get an identity or to renew it, by outcome: `success` or `failure`.", MeshTags.Outcome);

    public static MeshInstrument Handshakes { get; } = new(
        "mesh.inbound.handshakes", Counter, "{handshake}", "TLS handshakes of callers, by what they came to.", MeshTags.ServerPort, MeshTags.Outcome);

    public static MeshInstrument PlainConnections { get; } = new(
        "mesh.inbound.plain_connections", Counter, "{connection}", "Connections of callers in plain text, taken or refused.", MeshTags.ServerPort, MeshTags.Outcome);

    public static MeshInstrument Authorizations { get; } = new(
        "mesh.inbound.authorizations", Counter, "{call}",
        "Calls that policies of the mesh were asked about, by what they said. What policies in dry run would say differently counts besides.",
        MeshTags.Outcome, MeshTags.Policy);

    /// <summary>Those of the meter <see cref="MeshTelemetry.InboundName"/>.</summary>
    public static IReadOnlyList<MeshInstrument> Inbound { get; } = [Handshakes, PlainConnections, Authorizations];

    public static IReadOnlyList<MeshInstrument> All { get; } =
        [CallDuration, AttemptDuration, ActiveCalls, Retries, BudgetExhausted, Overflows, Mirrors, Ejections, Endpoints, ConfigConnected, ConfigAge, Registered, IdentityExpiry, IdentityRenewals, .. Inbound];
}
