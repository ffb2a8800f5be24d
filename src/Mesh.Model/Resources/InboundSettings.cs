using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Model;

/// <summary>How calls that reach this process are treated.</summary>
internal sealed record InboundSettings
{
    private readonly TimeSpan? _drainTimeout;

    public bool Enabled { get; init; } = true;

    /// <summary>Null: nobody has said it.</summary>
    public InboundTls? Tls { get; init; }

    public ImmutableSortedDictionary<string, InboundTls> Ports { get; init; } = Maps.Of<InboundTls>();

    public ImmutableArray<string> ExemptPaths { get; init; } = [];

    /// <summary>Where others reach this process. Empty: what the web server listens on.</summary>
    public ImmutableArray<InboundAddress> Addresses { get; init; } = [];

    /// <summary>What the config server is to ask this process; null: nothing.</summary>
    public HealthCheckSettings? HealthCheck { get; init; }

    public TimeSpan DrainTimeout
    {
        get => _drainTimeout ?? TimeSpan.FromSeconds(20);
        init => _drainTimeout = value;
    }

    /// <summary>Whether some listener is to take nothing but TLS.</summary>
    internal bool IsStrictAnywhere => Enabled && (Tls == InboundTls.Strict || Ports.ContainsValue(InboundTls.Strict));

    /// <summary>What the listener at a port is to ask of its callers; null: nobody has said it.</summary>
    internal InboundTls? TlsOf(int port) => !Enabled ? InboundTls.Disabled
        : Ports.Count > 0 && Ports.TryGetValue(port.ToString(CultureInfo.InvariantCulture), out InboundTls own) ? own : Tls;

    /// <summary>Whether somebody has said it.</summary>
    internal bool IsDrainTimeoutGiven => _drainTimeout is not null;
}

/// <summary>What a listener asks of its callers.</summary>
internal enum InboundTls
{
    /// <summary>TLS with a client certificate, or plain text.</summary>
    Permissive,

    /// <summary>TLS with a client certificate, nothing else.</summary>
    Strict,

    /// <summary>The mesh leaves the listener as it is.</summary>
    Disabled,
}

/// <summary>Where the config server is and how to trust it.</summary>
internal sealed record ConfigServerSettings
{
    public ImmutableArray<string> Addresses { get; init; } = [];

    public string? JoinToken { get; init; }

    public string? JoinTokenFile { get; init; }

    public string? TrustBundle { get; init; }

    public string? CacheDirectory { get; init; }

    /// <summary>How long a first call waits for what the servers say of a service.</summary>
    public TimeSpan FirstCallTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
