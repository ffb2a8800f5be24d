using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Registry;

/// <summary>The registry under all that networks and processes do to it; after each, what a client believes is compared with what runs.</summary>
internal sealed class RegistrySuite(bool isQuick, Claims claims)
{
    private static readonly TimeSpan s_ttl = TimeSpan.FromSeconds(6);

    // Longer than processes wait between tries where a network takes their connections and leads nowhere.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    private readonly int _rounds = isQuick ? 1 : 3;
    private readonly TimeSpan _flapping = TimeSpan.FromSeconds(isQuick ? 5 : 60);

    public async Task RunAsync()
    {
        await using ServerProcess server = new("--registration-ttl", $"{s_ttl.TotalSeconds}s", "--grace-period", $"{s_grace.TotalSeconds}s");
        await server.StartAsync();
        await new Twins(server.Xds, "", claims).RunAsync();
        await new TornConnections(server, s_ttl, _rounds, claims).RunAsync();
        await new Flapping(server, _flapping, claims).RunAsync();
        await using JumpingClocks clocks = new(claims);
        await clocks.RunAsync();
    }
}
