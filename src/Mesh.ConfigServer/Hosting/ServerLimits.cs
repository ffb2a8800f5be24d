namespace Mesh.ConfigServer.Hosting;

/// <summary>What the server takes of anybody.</summary>
internal static class ServerLimits
{
    public static readonly TimeSpan RequestHeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A connection that is silent for this long is asked whether it still lives.</summary>
    public static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
}
