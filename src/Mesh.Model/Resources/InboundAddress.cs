namespace Mesh.Model;

/// <summary>Where others reach this process.</summary>
internal sealed record InboundAddress
{
    /// <summary>An IP address with its scheme.</summary>
    public MeshEndpoint Endpoint { get; init; } = new() { Host = "", Port = 0 };

    /// <summary>What is spoken there; null: what the listener behind it speaks.</summary>
    public EndpointProtocols? Protocols { get; init; }

    public string Address => Endpoint.Address;
}
