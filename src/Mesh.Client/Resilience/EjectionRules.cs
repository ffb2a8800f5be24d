using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>How long an endpoint is ejected, and how far ejections may go in a set of endpoints.</summary>
internal static class EjectionRules
{
    /// <summary>The time of the next ejection: base · 2^n, and up to the jitter's share of that on top, never past the maximum.</summary>
    /// <param name="ejections">n, the ejections in a row before it.</param>
    /// <param name="settings">The times.</param>
    /// <param name="draw">A random number from 0 to 1.</param>
    public static TimeSpan Duration(int ejections, OutlierDetectionSettings settings, double draw)
    {
        double seconds = settings.BaseEjectionTime.TotalSeconds * Math.Pow(2, ejections) * (1 + (settings.EjectionJitter * draw));
        return seconds < settings.MaxEjectionTime.TotalSeconds ? TimeSpan.FromSeconds(seconds) : settings.MaxEjectionTime;
    }

    /// <summary>Whether one more endpoint may be ejected. The first one always may if there are others, whatever the percentage.</summary>
    /// <param name="total">All endpoints.</param>
    /// <param name="ejected">Those that are ejected or on probation.</param>
    /// <param name="ready">Those that take calls, the one in question among them.</param>
    /// <param name="settings">The limits.</param>
    public static bool MayEject(int total, int ejected, int ready, OutlierDetectionSettings settings)
    {
        bool withinShare = (ejected + 1) * 100m <= settings.MaxEjectionPercent * total;
        bool firstOfMany = ejected == 0 && total > 1;
        return ready > settings.MinReadyEndpoints && (withinShare || firstOfMany);
    }

    /// <summary>
    /// Whether so few endpoints are ready that all are used, ready or not. A subset, or a list that has become shorter, may hold fewer than
    /// ejections alone would leave.
    /// </summary>
    /// <param name="total">All endpoints of the set, some of them ejected.</param>
    /// <param name="ready">Those that are not.</param>
    /// <param name="settings">The thresholds.</param>
    public static bool Panics(int total, int ready, MeshService settings) =>
        ready * 100m < settings.LoadBalancing.PanicThreshold * total || ready < settings.OutlierDetection.MinReadyEndpoints;
}
