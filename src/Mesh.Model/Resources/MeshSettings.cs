using System.Collections.Immutable;

namespace Mesh.Model;

/// <summary>All that one process is told of its mesh: the <c>Mesh</c> section of its settings.</summary>
internal sealed record MeshSettings
{
    /// <summary>Off turns the mesh into a plain client: names and TLS stay, rules do not.</summary>
    public bool Enabled { get; init; } = true;

    public UnknownSettings UnknownSettings { get; init; } = UnknownSettings.Fail;

    public ServiceIdentity Service { get; init; } = new();

    public ConfigServerSettings ConfigServer { get; init; } = new();

    public IdentitySettings Identity { get; init; } = new();

    public InboundSettings Inbound { get; init; } = new();

    public OutboundSettings Outbound { get; init; } = new();

    /// <summary>Services to look up before the host is ready.</summary>
    public ImmutableArray<string> Upstreams { get; init; } = [];

    /// <summary>What each service starts from, before its own settings.</summary>
    public MeshService Defaults { get; init; } = new();

    public ImmutableArray<MeshService> Services { get; init; } = [];
}

/// <summary>What a key that no descriptor knows means, outside security.</summary>
internal enum UnknownSettings
{
    Fail,
    Warn,
}
