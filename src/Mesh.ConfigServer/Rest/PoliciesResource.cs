using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>Who may call whom: the documents of one kind of policy, each by its name. Those of the whole mesh have the namespace <c>*</c>.</summary>
internal sealed class PoliciesResource
{
    private readonly string _kind;

    private PoliciesResource(string kind) => _kind = kind;

    public static void Map(IEndpointRouteBuilder api)
    {
        new PoliciesResource(DocumentKey.AuthorizationPolicy).Map(api, "authorization-policies", "an authorization policy");
        new PoliciesResource(DocumentKey.PeerAuthentication).Map(api, "peer-authentications", "a peer authentication");
    }

    private void Map(IEndpointRouteBuilder api, string place, string what)
    {
        string route = $"/{place}/{{namespace}}/{{name}}";
        api.MapGet(route, Get).Describe($"Get{_kind}", $"The document of {what}, as JSON or YAML. Its ETag names its content.").GetsDocument();
        api.MapPut(route, PutAsync).Describe($"Put{_kind}", $"Creates or replaces the document of {what}.").PutsDocument();
        api.MapDelete(route, DeleteAsync).Describe($"Delete{_kind}", $"Deletes the document of {what}.").DeletesDocument();
    }

    private IResult Get(HttpContext context, IMeshStates states, string @namespace, string name) => SingleDocument.Get(context, states, Key(@namespace, name));

    private Task<IResult> PutAsync(
        HttpContext context, IMeshStore store, ServerMetrics metrics, LiveWarnings warnings, string @namespace, string name, bool? dryRun) =>
        SingleDocument.PutAsync(context, store, metrics, warnings, Key(@namespace, name), dryRun ?? false);

    private Task<IResult> DeleteAsync(HttpContext context, IMeshStore store, ServerMetrics metrics, string @namespace, string name, bool? dryRun) =>
        SingleDocument.DeleteAsync(context, store, metrics, Key(@namespace, name), dryRun ?? false);

    private DocumentKey Key(string space, string name) => new(_kind, space, name);
}
