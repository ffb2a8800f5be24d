namespace Mesh.Client.LoadBalancing;

/// <summary>
/// What share of the calls each level of endpoints gets: as much as the levels before it leave over, and no more than the endpoints that it
/// has ready can carry. By Envoy's priority levels.
/// </summary>
internal sealed class PriorityLoads
{
    // A level is taken to be able to carry 1.4 times its share: with 5 of 7 endpoints ready it still carries everything.
    private const double Overprovisioning = 1.4;

    // Fractions are rounded: what differs by less is the same.
    private const double Tolerance = 1e-9;

    /// <param name="levels">The endpoints of each level, those that are ready and all; the level that is called first comes first.</param>
    public PriorityLoads(IReadOnlyList<(int Ready, int Total)> levels)
    {
        double[] capacities = [.. levels.Select(level => level.Ready == 0 ? 0 : Math.Min(1, Overprovisioning * level.Ready / level.Total))];
        double together = capacities.Sum();
        IsShort = together < 1 - Tolerance;
        Shares = new double[capacities.Length];
        double left = 1;
        for (int i = 0; i < capacities.Length && left > Tolerance; i++)
        {
            Shares[i] = Math.Min(left, IsShort && together > 0 ? capacities[i] / together : capacities[i]);
            left -= Shares[i];
            Needed++;
        }

        if (IsShort)
        {
            // Whatever comes back anywhere is of use.
            Needed = capacities.Length;
        }

        // Where nothing is ready nothing is better than what comes first.
        if (together == 0 && Shares.Length > 0)
        {
            Shares[0] = 1;
        }
    }

    /// <summary>A share from 0 to 1 for each level; all together are 1.</summary>
    public double[] Shares { get; }

    /// <summary>Whether all levels together cannot carry everything. What they can is stretched to it.</summary>
    public bool IsShort { get; }

    /// <summary>So many levels have to be ready for the calls; those behind them have nothing to do.</summary>
    public int Needed { get; }
}
