using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Model.Xds.Wire;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>A client of the server's xDS that a test speaks for.</summary>
internal sealed class AdsClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> _call;
    private readonly Node _node;

    public AdsClient(string address, string id, string service, string? space = null)
    {
        _channel = GrpcChannel.ForAddress(
            "http://" + address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true });
        _call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(_channel).StreamAggregatedResources(
            cancellationToken: TestContext.Current.CancellationToken);
        _node = new Node
        {
            Id = id, Cluster = service, UserAgentName = "Test", UserAgentVersion = "1.0",
            Locality = new Locality { Region = "eu", Zone = "eu-1" },
        };
        _node.Metadata = new Struct { Fields = { ["VERSION"] = Value.ForString("v7") } };
        if (space is not null)
        {
            _node.Metadata.Fields["NAMESPACE"] = Value.ForString(space);
        }
    }

    public async Task<DiscoveryResponse> AskAsync(string type, params string[] names)
    {
        DiscoveryRequest request = new() { TypeUrl = type, Node = _node };
        request.ResourceNames.Add(names);
        await _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(
            await _call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken));
        return _call.ResponseStream.Current;
    }

    /// <summary>Takes the response; with a reason, refuses it.</summary>
    public Task ReplyAsync(DiscoveryResponse response, string? refusal, params string[] names)
    {
        DiscoveryRequest request = new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
        request.ResourceNames.Add(names);
        if (refusal is null)
        {
            request.VersionInfo = response.VersionInfo;
        }
        else
        {
            request.ErrorDetail = new Model.Xds.Wire.Status { Code = 3, Message = refusal };
        }

        return _call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }
}
