using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <inheritdoc/>
internal sealed class DeltaBench : StreamBench<DeltaDiscoveryRequest, DeltaDiscoveryResponse>
{
    public DeltaBench(params string[] services)
        : this(Node, services)
    {
    }

    public DeltaBench(Node node, params string[] services)
        : base(ClientNode.Parse(node), (client, bench) => new DeltaStream(client, bench), services)
    {
    }

    public override void Subscribe(string type, params string[] names) => Send(type, request => request.ResourceNamesSubscribe.Add(names));

    public void Unsubscribe(string type, params string[] names) => Send(type, request => request.ResourceNamesUnsubscribe.Add(names));

    public override void Ack(string type, string nonce) => Send(type, request => request.ResponseNonce = nonce);

    public void Nack(string type, string nonce, string reason) => Send(type, request =>
    {
        request.ResponseNonce = nonce;
        request.ErrorDetail = new Status { Code = 3, Message = reason };
    });

    public void Send(string type, Action<DeltaDiscoveryRequest> fill)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = Url(type) };
        fill(request);
        Stream.Receive(request);
    }

    protected override string Text(DeltaDiscoveryResponse response) => Text(
        response.TypeUrl, response.Nonce, response.Resources.Select(resource => resource.Resource_.Value.ToStringUtf8().TrimEnd()),
        response.RemovedResources);
}
