using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>What a command did.</summary>
internal sealed partial record ToolRun(int ExitCode, string Out, string Error)
{
    public JsonNode Json() => JsonNode.Parse(Out)!;

    public string[] Lines => Out.TrimEnd('\n').Split('\n');

    /// <summary>The lines as a screen shows them, without what colours them.</summary>
    public string[] Shown => Colours().Replace(Out.TrimEnd('\n'), "").Split('\n');

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}

/// <summary>Runs commands as a user would, in this process.</summary>
internal static class Run
{
    public static async Task<ToolRun> Tool(
        string[] args, string input = "", string? server = null, bool isInteractive = false, int? screenWidth = null,
        string completionTimeout = "60s", string? token = null)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Terminal terminal = new()
        {
            In = new StringReader(input), Out = output, Error = error, IsInteractive = isInteractive, ScreenWidth = screenWidth,
            Environment = name => name switch
            {
                "MESH_SERVER" => server,
                "MESH_TOKEN" => token,
                "MESH_COMPLETION_TIMEOUT" => completionTimeout,
                _ => null,
            },
        };
        int exitCode = await MeshTool.RunAsync(args, terminal, TestContext.Current.CancellationToken).WaitAsync(
            TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }
}
