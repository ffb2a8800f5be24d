using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;

namespace Mesh.Cli;

/// <summary>What all commands have in common.</summary>
internal sealed class Tool(Terminal terminal)
{
    private const string ServerVariable = "MESH_SERVER";
    private const string TokenVariable = "MESH_TOKEN";
    private const string DefaultServer = "http://127.0.0.1:15080";

    public Terminal Terminal => terminal;

    public Option<string?> ServerOption { get; } = new("--server")
    {
        Description = $"The config server. Not given: what {ServerVariable} says, else {DefaultServer}.", HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> TokenFileOption { get; } = new("--token-file")
    {
        Description = $"Its first line is the access token for the config server. Not given: what {TokenVariable} says, else none.", HelpName = "FILE",
        Recursive = true,
    };

    public Option<string?> ServerCaOption { get; } = new("--server-ca")
    {
        Description = "Whom to trust for the config server's certificate, as PEM. Not given: whom the system trusts.", HelpName = "FILE", Recursive = true,
    };

    public Option<bool> InsecureOption { get; } = new("--insecure")
    {
        Description = "Sends the access token to another machine in plain HTTP, too. Whoever listens has it.", Recursive = true,
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
        Uri server = ServerUrl.Parse(text, origin, DefaultServer);
        ServerAccess access = new(
            result.GetValue(TokenFileOption) is { } file ? ServerAccess.ReadToken(file)
            : terminal.Environment(TokenVariable) is { Length: > 0 } token ? ServerAccess.TokenOf(token, TokenVariable) : null,
            result.GetValue(ServerCaOption) is { } roots ? ServerAccess.ReadRoots(roots) : null);
        access.Verify(server, result.GetValue(InsecureOption));
        return new MeshApi(server, TimeProvider.System, access);
    }

    public ResultWriter Results(ParseResult result) => new(terminal, result.GetValue(OutputOption) switch
    {
        "json" => OutputFormat.Json,
        "yaml" => OutputFormat.Yaml,
        _ => OutputFormat.Table,
    });
}
