using Grpc.Core;
using Mesh.Model.Xds.Wire;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Xds;

/// <summary>Which clients have what, for tools that speak CSDS.</summary>
internal sealed class ClientStatusService(XdsSessions sessions) : ClientStatusDiscoveryService.ClientStatusDiscoveryServiceBase
{
    public override Task<ClientStatusResponse> FetchClientStatus(ClientStatusRequest request, ServerCallContext context) =>
        Task.FromResult(Answer(request));

    public override async Task StreamClientStatus(
        IAsyncStreamReader<ClientStatusRequest> requestStream, IServerStreamWriter<ClientStatusResponse> responseStream,
        ServerCallContext context)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, sessions.Draining);
        try
        {
            while (await requestStream.MoveNext(ending.Token).ConfigureAwait(false))
            {
                await responseStream.WriteAsync(Answer(requestStream.Current), ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (sessions.Draining.IsCancellationRequested)
        {
            throw new RpcException(XdsSessions.Leaving);
        }
    }

    private ClientStatusResponse Answer(ClientStatusRequest request)
    {
        HashSet<string> ids = [.. request.NodeMatchers.Select(IdOf)];
        ClientStatusResponse response = new();
        response.Config.Add(sessions.All(client => ids.Count == 0 || ids.Contains(client.Id))
            .Select(client => ClientConfigs.Of(client, !request.ExcludeResourceContents)));
        return response;
    }

    private static string IdOf(NodeMatcher matcher) =>
        matcher is { NodeId: { HasExact: true, IgnoreCase: false } id, NodeMetadatas.Count: 0 }
        ? id.Exact
        : throw new RpcException(new Status(
            StatusCode.InvalidArgument, "A node matcher must have an exact node_id and nothing else: no other is understood."));
}
