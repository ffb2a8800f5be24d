using System.CommandLine;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;
using Mesh.Model;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh delete</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create(Tool tool)
    {
        Option<bool> dryRun = FileOptions.DryRun();
        Option<string?> message = FileOptions.Message();
        Argument<ServiceName> name = Arguments.Service(tool);
        Verb service = new("service", "Deletes a service's document. Its history stays, and `mesh rollback` brings it back.");
        service.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            ServiceName deleted = result.GetValue(name)!;
            return await KnownServices.HintAsync(
                api, deleted, ServiceIdentity.DefaultNamespace,
                () => DeleteAsync(
                    tool, api, result, MeshApi.PathOf(deleted), result.GetValue(dryRun), result.GetValue(message), cancellationToken),
                cancellationToken).ConfigureAwait(false);
        });
        Verb settings = new("mesh-settings", "Deletes the document of the mesh itself: the built-in defaults hold again.");
        settings.SetAction(async (result, cancellationToken) =>
        {
            using MeshApi api = tool.Api(result);
            return await DeleteAsync(
                tool, api, result, "api/v1/mesh-settings", result.GetValue(dryRun), result.GetValue(message), cancellationToken)
                .ConfigureAwait(false);
        });
        IEnumerable<Verb> policies = PolicyKind.All.Select(kind =>
        {
            Argument<PolicyName> policy = Arguments.Policy();
            Verb verb = new(kind.Verb, $"Deletes the document of a policy. {kind.Description} is said by the others from then on.");
            verb.SetAction(async (result, cancellationToken) =>
            {
                using MeshApi api = tool.Api(result);
                return await DeleteAsync(
                    tool, api, result, kind.PathOf(result.GetValue(policy)!), result.GetValue(dryRun), result.GetValue(message), cancellationToken)
                    .ConfigureAwait(false);
            });
            return verb.With(policy, dryRun, message);
        });
        return new Verb("delete", "Deletes documents on the server.")
        {
            Examples = [("mesh delete service catalog -m 'moved to search'", "one service")],
        }.With([service.With(name, dryRun, message), settings.With(dryRun, message), .. policies]);
    }

    private static async Task<int> DeleteAsync(
        Tool tool, MeshApi api, ParseResult result, string path, bool dryRun, string? message, CancellationToken cancellationToken)
    {
        WriteAnswer answer = await api.SendAsync<WriteAnswer>(
            HttpMethod.Delete, dryRun ? path + "?dryRun=true" : path, null, cancellationToken, AuthorHeaders.Of(message))
            .ConfigureAwait(false);
        return WriteReport.Write(tool, tool.Results(result), answer);
    }
}
