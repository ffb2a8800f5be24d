using System.Reflection;

namespace Mesh.Cli;

/// <summary>Which release this is.</summary>
internal static class ToolVersion
{
    /// <summary>Without what the build adds, such as <c>0.4.0</c>.</summary>
    public static string Product { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
