using System.Reflection;

namespace Storefront;

/// <summary>Where things lie on this machine, as the build wrote it down: the working directory does not matter.</summary>
internal static class Checkout
{
    private static readonly Dictionary<string, string?> s_paths = typeof(Checkout).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(attribute => attribute.Key, attribute => attribute.Value);

    /// <summary>The folder of the sources: holds one folder for each service, and <c>mesh</c> with the rules.</summary>
    public static string Source => PathOf("Source");

    /// <summary>The built program of a service, or <c>mesh</c>.</summary>
    public static string ProgramOf(string project) => PathOf(project);

    private static string PathOf(string key) =>
        s_paths.GetValueOrDefault(key) ?? throw new InvalidOperationException($"The build did not write down the path of {key}.");
}
