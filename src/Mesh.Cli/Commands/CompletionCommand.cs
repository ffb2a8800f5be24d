using System.CommandLine;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary>
/// <c>mesh completion</c>. The shells ask the tool itself what may come next, so that nothing here has to follow the commands.
/// </summary>
internal static class CompletionCommand
{
    // Without an input: .NET would set up the terminal that it comes from, while the shell reads its keys.
    private const string Bash = """
        # Add to ~/.bashrc:  eval "$(mesh completion bash)"
        _mesh_complete() {
            local candidate
            COMPREPLY=()
            while IFS= read -r candidate; do
                [[ -n $candidate && $candidate == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$candidate")
            done < <(mesh "[suggest:${COMP_POINT}]" "${COMP_LINE}" </dev/null 2>/dev/null)
            [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
        }
        complete -o default -F _mesh_complete mesh

        """;

    private const string Zsh = """
        # Add to ~/.zshrc, after compinit:  eval "$(mesh completion zsh)"
        _mesh() {
            local -a candidates
            candidates=("${(@f)$(mesh "[suggest:${CURSOR}]" "${BUFFER}" </dev/null 2>/dev/null)}")
            compadd -S '' -- ${(M)candidates:#*=}
            compadd -- ${candidates:#*=}
            _files
        }
        compdef _mesh mesh

        """;

    private const string Fish = """
        # Save as ~/.config/fish/completions/mesh.fish:  mesh completion fish > ~/.config/fish/completions/mesh.fish
        complete -c mesh -a '(mesh "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) </dev/null 2>/dev/null)'

        """;

    private const string Pwsh = """
        # Add to $PROFILE:  mesh completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName mesh -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            mesh "[suggest:$cursorPosition]" "$commandAst" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    public static Command Create(Tool tool)
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh.", HelpName = "SHELL" };
        shell.OneOf("bash", "zsh", "fish", "pwsh");
        Verb verb = new("completion", "Writes the script that lets a shell complete this tool's commands.")
        {
            Examples =
            [
                ("eval \"$(mesh completion bash)\"", "in ~/.bashrc"),
                ("eval \"$(mesh completion zsh)\"", "in ~/.zshrc, after compinit"),
                ("mesh completion fish > ~/.config/fish/completions/mesh.fish", "once"),
                ("mesh completion pwsh | Out-String | Invoke-Expression", "in $PROFILE"),
            ],
        };
        verb.SetAction(result =>
        {
            tool.Terminal.Out.Write(result.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Pwsh,
            });
            return ExitCode.Ok;
        });
        return verb.With(shell);
    }
}
