namespace Mesh.Client;

/// <summary>The mesh of this process. Injectable wherever <c>AddServiceMesh()</c> was called.</summary>
public interface IServiceMesh
{
    /// <summary>
    /// A handler that sends by the mesh's rules, for a client or channel that no factory makes:
    /// <c>GrpcChannel.ForAddress("http://pricing", new() { HttpHandler = mesh.CreateHandler() })</c>.
    /// Hosts that the mesh does not know go to a plain handler of its own. Redirects are followed, up to 50. Dispose it with its client; the mesh's connections are
    /// shared and stay.
    /// </summary>
    HttpMessageHandler CreateHandler();

    /// <summary>The rules in force, where they came from, and the state of every endpoint, at this moment.</summary>
    MeshDescription Describe();
}
