using System.Reflection;

namespace Mesh.ConfigServer.Rest;

/// <summary>What the server knows of itself.</summary>
internal sealed class ServerFacts(TimeProvider time)
{
    /// <summary>Of the product.</summary>
    public static string Version { get; } =
        typeof(ServerFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Known after the start.</summary>
    public string? Xds { get; set; }

    /// <summary>Known after the start.</summary>
    public string? Http { get; set; }
}
