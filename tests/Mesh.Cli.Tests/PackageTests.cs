using System.Reflection;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests;

public sealed class PackageTests
{
    /// <summary>Packs what the tests were built with, and takes the package from there alone.</summary>
    [Fact]
    public async Task It_installs_as_a_tool_that_runs()
    {
        using TestFolder folder = new();
        string configuration = typeof(PackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string project = Path.Combine(Repository.Root, "src", "Mesh.Cli");
        await RunAsync(folder, "pack", project, "--no-build", "-c", configuration, "-o", folder.Path, "-nodeReuse:false");
        string feed = folder.Write(
            "nuget.config", $"<configuration><packageSources><clear/><add key=\"here\" value=\"{folder.Path}\"/></packageSources></configuration>");
        string version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(folder.Path, "*.nupkg")))["Mesh.Cli.".Length..];
        await RunAsync(
            folder, "tool", "install", "Mesh.Cli", "--version", version, "--tool-path", folder.At("tool"), "--configfile", feed, "--no-cache");

        using ToolProcess mesh = ToolProcess.Start(folder.Path, ["--version"], folder.At("tool/mesh"));
        ToolRun run = await mesh.EndAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith(version, run.Out, StringComparison.Ordinal);
    }

    private static async Task RunAsync(TestFolder folder, params string[] args)
    {
        using ToolProcess dotnet = ToolProcess.Start(folder.Path, args, "dotnet");
        ToolRun run = await dotnet.EndAsync();
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
    }
}
