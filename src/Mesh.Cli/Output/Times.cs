using System.Globalization;

namespace Mesh.Cli.Output;

/// <summary>Times for people: in their own zone.</summary>
internal static class Times
{
    public static string Format(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
