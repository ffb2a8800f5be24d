using Mesh.Benchmarks.EndToEnd;
using Mesh.ConfigServer;
using Mesh.ConfigServer.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Benchmarks.Control;

/// <summary>A child that is a config server, until its parent ends it or kills it.</summary>
internal static class ServerProcess
{
    /// <param name="data">Its data directory.</param>
    /// <param name="xds">Where it streams.</param>
    /// <param name="http">Where its API is.</param>
    /// <param name="ttl">How long it believes a process that is silent.</param>
    public static async Task RunAsync(string data, string xds, string http, TimeSpan ttl)
    {
        MeshConfigServerOptions options = new()
        {
            DataDirectory = data, Xds = xds, XdsTls = "off", Http = http, RegistrationTtl = ttl, MaxStreams = 100_000, AddressRanges = { "127.0.0.0/8" },
        };
        ServerSettings settings = ServerSettings.Read(options, isDevelopment: true, Environment.CurrentDirectory);
        await using MeshConfigServer server = await MeshConfigServer.StartAsync(settings, NullLoggerFactory.Instance, TimeProvider.System);
        Parent.Tell(new Started([server.Addresses.Xds!, server.Addresses.Http!], [Environment.ProcessId]));
        while (await Parent.HearAsync<string>() is not null)
        {
            // What is garbage is no cost of what is kept.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Parent.Tell(GC.GetTotalMemory(forceFullCollection: false));
        }
    }
}
