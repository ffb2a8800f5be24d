using Grpc.Core;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>The streams over which clients are told.</summary>
internal sealed class AdsService(StreamRunner runner) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    private static readonly StreamKind<DiscoveryRequest, DiscoveryResponse> s_sotw = new(
        StreamProtocol.Sotw,
        request => request.Node,
        (client, environment) => new SotwStream(client, environment),
        response => (ResourceTypes.Of(response.TypeUrl)!.Value, response.Resources.Count));

    private static readonly StreamKind<DeltaDiscoveryRequest, DeltaDiscoveryResponse> s_delta = new(
        StreamProtocol.Delta,
        request => request.Node,
        (client, environment) => new DeltaStream(client, environment),
        response => (ResourceTypes.Of(response.TypeUrl)!.Value, response.Resources.Count + response.RemovedResources.Count));

    public override Task StreamAggregatedResources(
        IAsyncStreamReader<DiscoveryRequest> requestStream, IServerStreamWriter<DiscoveryResponse> responseStream,
        ServerCallContext context) =>
        runner.RunAsync(s_sotw, requestStream, responseStream, context);

    public override Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream,
        IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context) =>
        runner.RunAsync(s_delta, requestStream, responseStream, context);
}
