namespace Mesh.Cli;

/// <summary>The tool <c>mesh</c>.</summary>
internal static class Program
{
    public static int Main() => 0;
}
