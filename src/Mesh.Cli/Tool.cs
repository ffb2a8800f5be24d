using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;

namespace Mesh.Cli;

/// <summary>What all commands have in common.</summary>
internal sealed class Tool(Terminal terminal)
{
    private const string ServerVariable = "MESH_SERVER";
    private const string DefaultServer = "http://127.0.0.1:15080";

    public Terminal Terminal => terminal;

    public Option<string?> ServerOption { get; } = new("--server")
    {
        Description = $"The config server. Not given: what {ServerVariable} says, else {DefaultServer}.", HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> OutputOption { get; } = new Option<string?>("--output", "-o")
    {
        Description = "How the result is written: table for people, json or yaml for scripts.", HelpName = "table|json|yaml",
        Recursive = true,
    }.OneOf("table", "json", "yaml");

    /// <summary>Whether the command line names a server.</summary>
    public bool IsServerGiven(ParseResult result) => result.GetValue(ServerOption) is not null;

    /// <summary>The config server that is meant. To be disposed.</summary>
    public MeshApi Api(ParseResult result)
    {
        (string text, string origin) = result.GetValue(ServerOption) is { } option ? (option, "--server")
            : terminal.Environment(ServerVariable) is { Length: > 0 } variable ? (variable, ServerVariable)
            : (DefaultServer, "");
        return new MeshApi(ServerUrl.Parse(text, origin, DefaultServer), TimeProvider.System);
    }

    public ResultWriter Results(ParseResult result) => new(terminal, result.GetValue(OutputOption) switch
    {
        "json" => OutputFormat.Json,
        "yaml" => OutputFormat.Yaml,
        _ => OutputFormat.Table,
    });
}
