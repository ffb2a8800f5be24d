using System.Collections.Immutable;
using System.Text;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mesh.ConfigServer.Rest;

/// <summary>All documents, or some of them.</summary>
internal static class DocumentsResource
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/documents", Get).For(AccessRole.Viewer)
        .Describe("ListDocuments", "Documents in force, as JSON or as one stream of YAML.", "Names are compared without regard to case.")
        .Produces<DocumentList>(StatusCodes.Status200OK, MediaTypes.Json, MediaTypes.Yaml);

    private static IResult Get(HttpContext context, IMeshStates states, string? kind, string? @namespace, string? name)
    {
        kind = QueryCheck.Kind(kind);
        MeshState state = states.Current;
        context.Stamp(state.Version);
        AccessCaller caller = AccessCaller.Of(context);
        ImmutableArray<MeshDocument> documents = [.. state.Documents.Values.Where(document =>
            caller.MaySee(document.Key.Namespace) && Is(kind, document.Key.Kind) && Is(@namespace, document.Key.Namespace) && Is(name, document.Key.Name))];
        context.Response.Headers.Vary = "Accept";
        return MediaTypes.WantsYaml(context.Request)
            ? Results.Text(DocumentWriter.ToYaml(documents), MediaTypes.Yaml, Encoding.UTF8)
            : Results.Json(new DocumentList(state.Epoch, state.Generation, documents), RestJson.Default.DocumentList);
    }

    private static bool Is(string? wanted, string found) =>
        string.IsNullOrEmpty(wanted) || wanted.Equals(found, StringComparison.OrdinalIgnoreCase);
}
