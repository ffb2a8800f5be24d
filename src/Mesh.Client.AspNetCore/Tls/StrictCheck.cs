using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>Finds a web server that would take plain text although the settings say Strict.</summary>
internal static class StrictCheck
{
    /// <summary>What to do where it turns out once calls come, for policies say so that were not known before.</summary>
    public const string Remedy = "Use Kestrel, and do not call ConfigureEndpointDefaults; or ask less in a PeerAuthentication.";

    /// <summary>It listens on no address, whatever it tells. Its package is foreign to this one, which therefore knows it by name.</summary>
    public static bool IsOfTests(IServer? server) => server?.GetType().FullName == "Microsoft.AspNetCore.TestHost.TestServer";

    /// <summary>Whether the mesh is asked about its connections.</summary>
    public static bool IsGuardable(IServer server) => server.GetType().Assembly == typeof(KestrelServer).Assembly;

    /// <summary>Before it listens.</summary>
    /// <exception cref="MeshConfigurationException">It is none that the mesh can guard.</exception>
    public static void Check(IServer server, InboundSettings inbound)
    {
        if (inbound.IsStrictAnywhere && !IsGuardable(server))
        {
            throw Fault($"The web server is {server.GetType().FullName}, and the mesh can ask for TLS on Kestrel's listeners alone. Use Kestrel, or set this to Disabled and have whatever is in front of the process ask for it.");
        }
    }

    /// <summary>Once it listens.</summary>
    /// <exception cref="MeshConfigurationException">The mesh was not let at its listeners.</exception>
    public static void Check(IEnumerable<string> bound, Func<string, HttpProtocols?> protocolsOf, InboundSettings inbound)
    {
        if (inbound.IsStrictAnywhere && bound.FirstOrDefault(address => protocolsOf(address) is null) is { } unseen)
        {
            throw Fault($"The mesh does not guard {unseen}, which would take plain text: the application calls ConfigureEndpointDefaults, which takes the mesh's place. Remove that call, and set each listener by itself.");
        }
    }

    private static MeshConfigurationException Fault(string message) => new([new DocumentFault("Mesh:Inbound:Tls", message)]);
}
