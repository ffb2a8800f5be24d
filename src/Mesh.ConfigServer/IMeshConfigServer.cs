namespace Mesh.ConfigServer;

/// <summary>
/// The config server in the application. The addresses are those taken, as <c>127.0.0.1:15080</c>; null until the host has started, and
/// where nothing is served.
/// </summary>
public interface IMeshConfigServer
{
    /// <summary>xDS without TLS.</summary>
    string? Xds { get; }

    /// <summary>xDS over mutual TLS.</summary>
    string? XdsTls { get; }

    /// <summary>The REST API.</summary>
    string? Http { get; }
}
