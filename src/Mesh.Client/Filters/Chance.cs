namespace Mesh.Client.Filters;

/// <summary>Draws by a share.</summary>
internal static class Chance
{
    /// <param name="percent">From 0, never, to 100, always.</param>
    public static bool Falls(decimal percent) => percent >= 100 || (percent > 0 && Random.Shared.NextDouble() * 100 < (double)percent);
}
