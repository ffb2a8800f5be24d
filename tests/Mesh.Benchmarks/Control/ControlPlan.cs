namespace Mesh.Benchmarks.Control;

/// <summary>How large the mesh is, and how often things are done.</summary>
/// <param name="Services">Services.</param>
/// <param name="Endpoints">Endpoints in all.</param>
/// <param name="Clients">Numbers of clients.</param>
/// <param name="Largest">Numbers of endpoints of the service that changes.</param>
/// <param name="Rounds">How often each change is made.</param>
/// <param name="Rest">How long a server at rest is watched.</param>
/// <param name="ClientServices">Services that the real client follows.</param>
/// <param name="ClientEndpoints">Endpoints of each of them, but for the one that changes.</param>
/// <param name="Ttl">How long a process that is silent is believed, where that is measured.</param>
internal sealed record ControlPlan(
    int Services, int Endpoints, int[] Clients, int[] Largest, int Rounds, TimeSpan Rest, int ClientServices, int ClientEndpoints, TimeSpan Ttl)
{
    public static ControlPlan Full { get; } = new(5000, 20_000, [1000, 10_000], [10, 1000, 10_000], 5, TimeSpan.FromSeconds(20), 1000, 90, TimeSpan.FromSeconds(15));

    public static ControlPlan Quick { get; } = new(100, 400, [100], [10, 100], 2, TimeSpan.FromSeconds(2), 20, 10, TimeSpan.FromSeconds(3));
}
