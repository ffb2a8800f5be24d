using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;

namespace Mesh.Cli.Splitting;

/// <summary>What a split begins with.</summary>
/// <param name="Document">The service's, or the one that it is to get.</param>
/// <param name="ETag">Names what the server has; null: no document yet.</param>
/// <param name="Called">Where the service is called.</param>
internal sealed record SplitSource(JsonObject Document, string? ETag, EndpointsAnswer Called)
{
    public bool IsNew => ETag is null;

    /// <summary>What must hold when it is written back: that nobody has written meanwhile.</summary>
    public (string Name, string Value) Condition => IsNew ? ("If-None-Match", "*") : ("If-Match", ETag!);

    /// <summary>Of the server. Who has registered without a document gets one.</summary>
    /// <exception cref="ToolException">There is no such service, or the server cannot be reached.</exception>
    public static async Task<SplitSource> AskAsync(MeshApi api, ServiceName name, CancellationToken cancellationToken)
    {
        EndpointsAnswer called = await EndpointsAnswer.AskAsync(api, name, cancellationToken).ConfigureAwait(false);
        try
        {
            ApiAnswer current = await api.GetAsync(MeshApi.PathOf(name), "application/json", cancellationToken).ConfigureAwait(false);
            return new SplitSource(api.Read<JsonObject>(current.Text), current.ETag ?? "*", called);
        }
        catch (RefusedException refusal) when (refusal.ExitCode == ExitCode.NotFound && called.Services is [{ HasDocument: false } service])
        {
            JsonObject document = new() { ["kind"] = DocumentKey.Service, ["name"] = service.Service, ["namespace"] = service.Namespace };
            return new SplitSource(document, null, called);
        }
    }
}
