using System.Net;

namespace Mesh.ConfigServer.Hosting;

/// <summary>What whoever starts a server should know before it is used.</summary>
/// <param name="IsDanger">Whether it is a danger, rather than a safety that may be in the way.</param>
/// <param name="Text">What is so, why, and what to do.</param>
internal sealed record ServerNotice(bool IsDanger, string Text)
{
    public static ServerNotice XdsIsOff(IPEndPoint address, string consent) => new(IsDanger: false,
        $"xDS is off: {address} has no TLS, and callers have no identity, so it is not served outside the Development environment. "
        + $"Run in Development, or set {consent}.");

    public static ServerNotice LoopbackIsTold(IPEndPoint address) => new(IsDanger: false,
        $"Processes on this machine may register loopback addresses, and clients on other machines, which reach xDS at {address}, are told "
        + "of them, too: let services listen on addresses that others reach.");

    public static ServerNotice LoopbackIsTrusted(IPEndPoint address) => new(IsDanger: true,
        $"In the Development environment every process of this machine may have a certificate of any service, at {address}, and register as it: "
        + "who it is is not asked.");

    public static ServerNotice RestIsOpen(IPEndPoint address) => new(IsDanger: true,
        $"The REST API at {address} is in plain HTTP: whoever listens on the network to it has the access tokens that are sent, and can change every rule of the mesh.");

    public static ServerNotice AnyAddress(string option, IPNetwork range) => new(IsDanger: true,
        $"With {option} {range} processes may register any address: whoever registers can have the calls of a service sent wherever they like. "
        + "Name the ranges in which services are.");

    /// <param name="address">Where it is.</param>
    /// <param name="takesRegistrations">Whether processes may register there.</param>
    public static ServerNotice XdsIsOpen(IPEndPoint address, bool takesRegistrations) => new(IsDanger: true,
        $"xDS at {address} is open to whoever reaches it over the network: they can read every rule of the mesh"
        + (takesRegistrations ? ", and register as any of its services, whose calls then go to them." : "."));
}
