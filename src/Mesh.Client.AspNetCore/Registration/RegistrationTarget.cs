using System.Collections.Immutable;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Which servers are told, and what.</summary>
/// <param name="Servers">In order of preference.</param>
/// <param name="Message">What they are told, without its epoch.</param>
internal sealed record RegistrationTarget(ImmutableArray<Uri> Servers, Wire.Registration Message)
{
    /// <summary>The ports at which the web server takes IPv4 alone, and whose address the server is to find out.</summary>
    public ImmutableArray<uint> Ipv4Ports { get; init; } = [];

    /// <summary>As people read it.</summary>
    public string Service => $"{Message.Service}.{Message.Namespace}";

    /// <summary>Null: there is nobody to tell, or nothing.</summary>
    public static RegistrationTarget? Of(MeshSettings settings, MeshIdentity identity, IReadOnlyList<Wire.ListeningAddress> listening, IReadOnlySet<int> ipv4Only)
    {
        InboundSettings inbound = settings.Inbound;
        Wire.ListeningAddress[] addresses = [.. inbound.Addresses.IsEmpty ? listening : ListeningAddresses.Of(inbound.Addresses, listening)];
        if (!inbound.Enabled || settings.ConfigServer.Addresses.IsEmpty || addresses.Length == 0)
        {
            return null;
        }

        ServiceIdentity self = identity.By(settings);
        Wire.Registration message = new()
        {
            Service = self.Name,
            Namespace = self.Namespace,
            Instance = identity.Instance,
            Version = self.Version,
            Locality = LocalityCodec.Encode(self.Locality),
            Weight = (uint)self.Weight,
            HealthCheck = inbound.HealthCheck is { } check ? HealthCheckCodec.Message(check) : null,
            UserAgentName = XdsNode.Software,
            UserAgentVersion = XdsNode.Version,
        };
        message.Labels.Add(self.Labels);
        message.Addresses.Add(addresses);
        return new RegistrationTarget([.. settings.ConfigServer.Addresses.Select(address => new Uri(address))], message)
        {
            Ipv4Ports = [.. addresses.Where(address => address.Host.Length == 0 && ipv4Only.Contains((int)address.Port)).Select(address => address.Port)],
        };
    }

    /// <summary>Whether a running registration can take the other's word over.</summary>
    public bool GoesOnAs(RegistrationTarget other) =>
        Servers.SequenceEqual(other.Servers) && IsOfServiceOf(other);

    public bool IsOfServiceOf(RegistrationTarget other) => (Message.Service, Message.Namespace) == (other.Message.Service, other.Message.Namespace);
}
