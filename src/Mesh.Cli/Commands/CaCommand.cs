using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Output;
using Mesh.Cli.Usage;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh ca</c>.</summary>
internal static class CaCommand
{
    private const string Path = "api/v1/ca";

    public static Command Create(Tool tool) => new Verb("ca", "Shows the mesh's authority, exports whom to trust, and changes the root.")
    {
        Examples = [("mesh ca show", "the trust domain, the roots, and how long they hold"), ("mesh ca export roots.pem", "for programs that are to trust the mesh")],
    }.With(Show(tool), Export(tool), RotateCommand.Create(tool));

    private static Verb Show(Tool tool)
    {
        Verb verb = new("show", "The mesh's authority: its trust domain, roots, and what this server issues by.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            tool.Results(result).Write(await api.GetAsync<AuthorityAnswer>(Path, cancellationToken).ConfigureAwait(false), (console, authority) =>
            {
                console.WriteLine($"Trust domain  {authority.TrustDomain}");
                console.WriteLine($"Kept in       {authority.Place}");
                console.WriteLine();
                Table table = Tables.Of("role", "subject", "expires", "key (sha-256)");
                foreach ((string role, CaEntry certificate) in authority.Roots.Select(root => ("root", root)).Append(("issuer", authority.Issuer)))
                {
                    table.Add(role, certificate.Subject, Times.Format(certificate.NotAfter), certificate.KeyHash);
                }

                console.Write(table);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Export(Tool tool)
    {
        Argument<string?> file = new("file")
        {
            Description = "Where to. Not given: the standard output.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne,
        };
        Verb verb = new("export", "Writes the roots as PEM: whom to trust. They are no secret.");
        verb.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            AuthorityAnswer authority = await api.GetAsync<AuthorityAnswer>(Path, cancellationToken).ConfigureAwait(false);
            string pem = string.Concat(authority.Roots.Select(root => root.Pem));
            if (result.GetValue(file) is not { } target)
            {
                tool.Results(result).WriteText(pem);
                return ExitCode.Ok;
            }

            string full = System.IO.Path.GetFullPath(target);
            try
            {
                await File.WriteAllTextAsync(full, pem, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new ToolException(ExitCode.Failed, $"{full} cannot be written: {exception.Message}", exception);
            }

            tool.Results(result).Write(
                new { file = full, roots = authority.Roots.Length }, (console, saved) => console.WriteLine($"{saved.file}: {saved.roots} of {authority.TrustDomain}."));
            return ExitCode.Ok;
        });
        return verb.With(file);
    }
}
