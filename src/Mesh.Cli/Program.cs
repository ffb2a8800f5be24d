namespace Mesh.Cli;

/// <summary>The tool <c>mesh</c>.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => MeshTool.RunAsync(args, Terminal.OfProcess());
}
