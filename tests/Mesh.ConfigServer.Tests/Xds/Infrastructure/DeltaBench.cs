using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <inheritdoc/>
internal sealed class DeltaBench : Bench
{
    public DeltaBench(params string[] services)
        : this(Node, services)
    {
    }

    public DeltaBench(Node node, params string[] services)
        : base(services) => Stream = new DeltaStream(ClientNode.Parse(node), this);

    public DeltaStream Stream { get; }

    /// <summary>The last response.</summary>
    public DeltaDiscoveryResponse? Last { get; private set; }

    public void Subscribe(string type, params string[] names) => Send(type, request => request.ResourceNamesSubscribe.Add(names));

    public void Unsubscribe(string type, params string[] names) => Send(type, request => request.ResourceNamesUnsubscribe.Add(names));

    public void Ack(string type, string nonce) => Send(type, request => request.ResponseNonce = nonce);

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

    /// <summary>All responses that are ready.</summary>
    public string[] Responses()
    {
        List<string> texts = [];
        while (Stream.Next(Snapshot) is { } response)
        {
            Last = response;
            texts.Add(Text(
                response.TypeUrl, response.Nonce, response.Resources.Select(resource => resource.Resource_.Value.ToStringUtf8().TrimEnd()), response.RemovedResources));
        }

        return [.. texts];
    }

    /// <summary>What the stream tells of a resource.</summary>
    public ResourceStatus Status(string type, string name) =>
        Assert.Single(Stream.Describe(), resource => resource.Type.Url() == Url(type) && resource.Name == name);
}
