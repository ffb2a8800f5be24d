namespace Mesh.ConfigServer.Registry;

/// <summary>
/// Tells the end of a process from that of a network: where more than half of a service falls silent at once, more likely this server is
/// what is cut off, or they all will be back in a moment.
/// </summary>
internal static class MassExpiry
{
    private const int FewestLeases = 5;

    /// <param name="leases">All of a service, those whose time is over included.</param>
    /// <param name="isOverdue">Whether one has not been heard when it should have been.</param>
    public static bool Is(IReadOnlyCollection<Lease> leases, Func<Lease, bool> isOverdue) =>
        leases.Count >= FewestLeases && leases.Count(isOverdue) * 2 > leases.Count;
}
