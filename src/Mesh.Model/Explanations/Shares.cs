using System.Globalization;

namespace Mesh.Model.Explanations;

/// <summary>Shares for people to read.</summary>
internal static class Shares
{
    /// <param name="share">From 0 to 1.</param>
    public static string Format(double share) => Percent((decimal)Math.Round(share * 100, 2));

    public static string Percent(decimal percent) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.##} %");
}
