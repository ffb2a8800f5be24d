using Grpc.Core;
using Grpc.Net.Client;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A client with an incremental stream.</summary>
internal sealed class DeltaClient : IDisposable
{
    private readonly AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> _call;

    public DeltaClient(GrpcChannel channel) =>
        _call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources(
            cancellationToken: TestContext.Current.CancellationToken);

    public static Node Node(string id = "web-1") =>
        new() { Id = id, Cluster = "web", UserAgentName = "Mesh.Client", UserAgentVersion = "1.2.3" };

    /// <summary>The client's first request.</summary>
    public Task HelloAsync(string url, params string[] names) => SendAsync(url, request => request.Node = Node(), names);

    public Task SendAsync(string url, Action<DeltaDiscoveryRequest>? fill, params string[] names)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = url };
        request.ResourceNamesSubscribe.Add(names);
        fill?.Invoke(request);
        return _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends what the server may refuse while it is written.</summary>
    public async Task OfferAsync(string url, params string[] names)
    {
        try
        {
            await SendAsync(url, null, names);
        }
        catch (RpcException)
        {
            // How the stream ends is what matters.
        }
    }

    public Task AckAsync(DeltaDiscoveryResponse response) => SendAsync(response.TypeUrl, request => request.ResponseNonce = response.Nonce);

    public Task NackAsync(DeltaDiscoveryResponse response, string reason) => SendAsync(response.TypeUrl, request =>
    {
        request.ResponseNonce = response.Nonce;
        request.ErrorDetail = new Mesh.Model.Xds.Wire.Status { Code = 3, Message = reason };
    });

    /// <summary>The next response; null: the stream has ended well.</summary>
    public async Task<DeltaDiscoveryResponse?> ReadAsync() =>
        await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime() ? _call.ResponseStream.Current : null;

    /// <summary>The next response as text, acknowledged.</summary>
    public async Task<string> TakeAsync()
    {
        DeltaDiscoveryResponse response = (await ReadAsync())!;
        await AckAsync(response);
        return Text(response);
    }

    public static string Text(DeltaDiscoveryResponse response) => string.Join(' ', response.Resources
        .Select(resource => resource.Resource_.Value.ToStringUtf8().TrimEnd())
        .Concat(response.RemovedResources.Select(name => "-" + name)));

    /// <summary>How the stream ends, whatever comes before.</summary>
    public async Task<StatusCode> EndAsync()
    {
        try
        {
            while (await ReadAsync() is not null)
            {
            }

            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    /// <summary>The server has taken the stream, whether it has anything to say yet or not.</summary>
    public Task TakenAsync() => _call.ResponseHeadersAsync.InTime();

    /// <summary>Why the server did not even begin.</summary>
    public async Task<Grpc.Core.Status> RefusalAsync() => (await Assert.ThrowsAsync<RpcException>(ReadAsync)).Status;

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    public void Dispose() => _call.Dispose();
}
