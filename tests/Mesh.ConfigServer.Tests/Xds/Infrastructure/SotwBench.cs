using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <inheritdoc/>
internal sealed class SotwBench(params string[] services) : StreamBench<DiscoveryRequest, DiscoveryResponse>(
    ClientNode.Parse(Node), (client, bench) => new SotwStream(client, bench), services)
{
    public override void Subscribe(string type, params string[] names) => Ask(type, "", names);

    /// <summary>Takes a response, and asks for the same as before.</summary>
    public override void Ack(string type, string nonce) => Ask(
        type, nonce, [.. Stream.Describe().Where(resource => resource.Type.Url() == Url(type)).Select(resource => resource.Name)]);

    public void Ask(string type, string nonce, params string[] names) => Send(type, nonce, null, names);

    /// <summary>The first request of a client that has them from an earlier stream.</summary>
    public void Resume(string type, params string[] names) => Send(type, "", null, names, "earlier");

    public void Nack(string type, string nonce, string reason, params string[] names) => Send(type, nonce, reason, names);

    protected override string Text(DiscoveryResponse response) => Text(
        response.TypeUrl, response.Nonce, response.Resources.Select(resource => resource.Value.ToStringUtf8().TrimEnd()), []);

    private void Send(string type, string nonce, string? reason, string[] names, string version = "")
    {
        DiscoveryRequest request = new() { TypeUrl = Url(type), ResponseNonce = nonce, VersionInfo = version };
        request.ResourceNames.Add(names);
        request.ErrorDetail = reason is null ? null : new Status { Code = 3, Message = reason };
        Stream.Receive(request);
    }
}
