using Google.Protobuf.WellKnownTypes;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
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

    /// <summary>A patch is read as <c>catalog.default:+10.0.0.1:80 -10.0.0.2:80</c>.</summary>
    public static string TextOf(DeltaDiscoveryResponse response) => Text(
        response.TypeUrl, response.Nonce, response.Resources.Select(resource => TextOf(resource.Resource_)), response.RemovedResources);

    protected override string Text(DeltaDiscoveryResponse response) => TextOf(response);

    private static string TextOf(Any content)
    {
        if (content.TypeUrl != XdsTypes.EndpointsPatch)
        {
            return content.Value.ToStringUtf8().TrimEnd();
        }

        XdsEndpointsPatch patch = EndpointsPatchCodec.Decode(content.Unpack<MeshEndpointsPatch>()).Value!;
        IEnumerable<string> changes = patch.Changed.Select(changed => "+" + changed.Authority)
            .Concat(patch.Removed.Select(removed => $"-{removed.Host}:{removed.Port}"));
        return $"{patch.Name}:{string.Join(' ', changes.Order(StringComparer.Ordinal))}";
    }
}
