using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Mesh.Interop.Tests.Peers;

/// <summary>gRPC's xDS client for Node.js, installed once for all runs from one checkout, next to what the build makes.</summary>
public sealed class NodePackages : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private static readonly string s_sources = Path.Combine(AppContext.BaseDirectory, "Node");

    private string? _missing;

    public static string Script => Path.Combine(s_sources, "client.js");

    /// <summary>Where <c>require</c> finds them.</summary>
    public string Folder { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        byte[] wanted = await File.ReadAllBytesAsync(Path.Combine(s_sources, "package.json"));
        string cache = Path.Combine(Artifacts(), "peers", "node-" + Convert.ToHexStringLower(SHA256.HashData(wanted))[..12]);
        Folder = Path.Combine(cache, "node_modules");
        if (Directory.Exists(Folder))
        {
            return;
        }

        // Under another name until it is whole: a run that is cut off leaves nothing that looks finished.
        string unfinished = $"{cache}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(unfinished);
        await File.WriteAllBytesAsync(Path.Combine(unfinished, "package.json"), wanted);
        _missing = await RunAsync("npm", "install --no-package-lock --no-audit --no-fund --ignore-scripts", unfinished);
        if (_missing is null)
        {
            Move(unfinished, cache);
        }
        else
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips or fails the test where the packages are not there.</summary>
    public void Require()
    {
        if (_missing is not null)
        {
            Peer.Missing($"gRPC's xDS client for Node.js is not there: {_missing}");
        }
    }

    private static void Move(string unfinished, string cache)
    {
        try
        {
            Directory.Move(unfinished, cache);
        }
        catch (IOException) when (Directory.Exists(cache))
        {
            // Another run was faster.
            Directory.Delete(unfinished, recursive: true);
        }
    }

    private static async Task<string?> RunAsync(string program, string arguments, string folder)
    {
        ProcessStartInfo start = new(OperatingSystem.IsWindows() ? program + ".cmd" : program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenSource limit = new(s_limit);
            StringBuilder said = new();
            process.OutputDataReceived += (_, line) => Append(said, line.Data);
            process.ErrorDataReceived += (_, line) => Append(said, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"'{program} {arguments}' took more than {s_limit}.";
            }

            return process.ExitCode == 0 ? null : $"'{program} {arguments}' ended with {process.ExitCode}: {said}";
        }
        catch (Win32Exception)
        {
            return $"there is no '{program}' on the path. Install Node.js.";
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Artifacts()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && folder.Name != "artifacts")
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not below a folder 'artifacts'.");
    }
}
