using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <inheritdoc/>
internal sealed class SotwBench : Bench
{
    public SotwBench(params string[] services)
        : base(services) => Stream = new SotwStream(ClientNode.Parse(Node), this);

    public SotwStream Stream { get; }

    /// <summary>The last response.</summary>
    public DiscoveryResponse? Last { get; private set; }

    public void Ask(string type, string nonce, params string[] names) => Send(type, nonce, null, names);

    public void Nack(string type, string nonce, string reason, params string[] names) => Send(type, nonce, reason, names);

    /// <summary>All responses that are ready.</summary>
    public string[] Responses()
    {
        List<string> texts = [];
        while (Stream.Next(Snapshot) is { } response)
        {
            Last = response;
            texts.Add(Text(response.TypeUrl, response.Nonce, response.Resources.Select(resource => resource.Value.ToStringUtf8().TrimEnd())));
        }

        return [.. texts];
    }

    /// <summary>What is subscribed of a type.</summary>
    public string[] Names(string type) => [.. Stream.Describe().Where(resource => resource.Type.Url() == Url(type)).Select(resource => resource.Name)];

    /// <summary>What the stream tells of a resource.</summary>
    public ResourceStatus Status(string type, string name) =>
        Assert.Single(Stream.Describe(), resource => resource.Type.Url() == Url(type) && resource.Name == name);

    private void Send(string type, string nonce, string? reason, string[] names)
    {
        DiscoveryRequest request = new() { TypeUrl = Url(type), ResponseNonce = nonce };
        request.ResourceNames.Add(names);
        request.ErrorDetail = reason is null ? null : new Status { Code = 3, Message = reason };
        Stream.Receive(request);
    }
}
