namespace Mesh.Model.Xds;

/// <summary>What our own words in a route mean to whoever does not know them.</summary>
internal static class RouteExtensions
{
    /// <summary>Whether one that does not know them still does what is right.</summary>
    public static bool IsOptional(Wire.RouteExtension extension)
    {
        Wire.RouteExtension rest = extension.Clone();
        rest.StandsForNone = false;
        rest.MaxBodyBytes = null;
        rest.MirrorMaxRequests.Clear();
        return rest.CalculateSize() == 0;
    }
}
