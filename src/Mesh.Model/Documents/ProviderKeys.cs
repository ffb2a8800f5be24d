using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Documents;

/// <summary>
/// The keys that a provider has under a path, in one pass: <see cref="IConfigurationProvider.GetChildKeys"/> looks through all that there is
/// for every single section, so that time would grow with the square of the settings.
/// </summary>
internal static class ProviderKeys
{
    /// <summary>Deeper than any setting; keys with many colons must not exhaust the stack.</summary>
    public const int DeepestLevel = 64;

    // All that their providers say is in their data. Those of others may answer by code of their own, and are asked.
    private static readonly FrozenSet<string?> s_assemblies = FrozenSet.Create<string?>(
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.Configuration.CommandLine",
        "Microsoft.Extensions.Configuration.EnvironmentVariables",
        "Microsoft.Extensions.Configuration.Ini",
        "Microsoft.Extensions.Configuration.Json",
        "Microsoft.Extensions.Configuration.KeyPerFile",
        "Microsoft.Extensions.Configuration.Xml");

    /// <summary>The full keys, some more than once. Of a chained configuration those come first that win.</summary>
    public static IEnumerable<string> Under(string path, IConfigurationProvider provider) => provider switch
    {
        ChainedConfigurationProvider { Configuration: IConfigurationRoot chained } => Under(path, chained),
        ConfigurationProvider plain when s_assemblies.Contains(plain.GetType().Assembly.GetName().Name) => InData(path, plain),
        _ => Asked(path, provider, level: 0),
    };

    /// <summary>Those of all its providers, the last one first, as that one wins.</summary>
    public static IEnumerable<string> Under(string path, IConfigurationRoot root) =>
        root.Providers.Reverse().SelectMany(provider => Under(path, provider));

    private static string[] InData(string path, ConfigurationProvider provider)
    {
        while (true)
        {
            try
            {
                return [.. Data(provider).Keys.Where(key => IsUnder(path, key))];
            }
            catch (InvalidOperationException)
            {
                // A key was set meanwhile, by code: no provider can be locked, so once more.
            }
        }
    }

    private static bool IsUnder(string path, string key) =>
        key.Length > path.Length && key[path.Length] == ':' && key.StartsWith(path, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Asked(string path, IConfigurationProvider provider, int level) => level > DeepestLevel ? [] :
        provider.GetChildKeys([], path).Distinct(StringComparer.OrdinalIgnoreCase).Select(key => $"{path}:{key}")
            .SelectMany(child => Asked(child, provider, level + 1).Prepend(child));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Data")]
    private static extern IDictionary<string, string?> Data(ConfigurationProvider provider);
}
