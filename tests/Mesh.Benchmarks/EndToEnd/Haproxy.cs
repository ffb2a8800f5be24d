namespace Mesh.Benchmarks.EndToEnd;

/// <summary>HAProxy on this machine.</summary>
internal static class Haproxy
{
    /// <summary>Where packages put it, although not every user has that on the path.</summary>
    private static readonly string[] s_folders = ["/usr/sbin", "/usr/local/sbin"];

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(s_folders)
        .Select(folder => Path.Combine(folder, "haproxy"))
        .FirstOrDefault(File.Exists);
}
