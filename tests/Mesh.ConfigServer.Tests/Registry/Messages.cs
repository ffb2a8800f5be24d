using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Registry;

/// <summary>What processes say.</summary>
internal static class Messages
{
    /// <summary>At ports of the address that the stream comes from.</summary>
    public static Registration Registration(string service, string instance, params int[] ports)
    {
        Registration registration = new() { Service = service, Instance = instance, Epoch = 1 };
        registration.Addresses.Add(ports.Select(port => new ListeningAddress { Port = (uint)port }));
        return registration;
    }
}
