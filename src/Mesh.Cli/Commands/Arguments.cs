using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary>Arguments that several commands have.</summary>
internal static class Arguments
{
    public static Argument<string> Service() => new("service")
    {
        Description = "The service: NAME, or NAME.NAMESPACE where its namespace is not 'default'.", HelpName = "NAME[.NAMESPACE]",
    };
}
