using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A stream without I/O. Responses are read as text: <c>listener 2: catalog=v1 -gone</c>.</summary>
internal abstract class StreamBench<TRequest, TResponse> : Bench
    where TResponse : class
{
    private static readonly string[] s_types = ["cluster", "endpoints", "listener", "routes"];

    protected StreamBench(
        ClientNode client, Func<ClientNode, IStreamEnvironment, DiscoveryStream<TRequest, TResponse>> create, string[] services)
        : base(services) => Stream = create(client, this);

    public DiscoveryStream<TRequest, TResponse> Stream { get; }

    /// <summary>The last response.</summary>
    public TResponse? Last { get; private set; }

    /// <summary>A client that has all of some services, and has said so: its next response is the fifth.</summary>
    public void Open(params string[] names)
    {
        foreach (string type in s_types)
        {
            Subscribe(type, names);
        }

        Assert.Equal(4, Responses().Length);
        for (int i = 0; i < s_types.Length; i++)
        {
            Ack(s_types[i], $"{i + 1}");
        }

        Assert.Empty(Responses());
    }

    /// <summary>Asks for the first resources of a type.</summary>
    public abstract void Subscribe(string type, params string[] names);

    public abstract void Ack(string type, string nonce);

    /// <summary>All responses that are ready.</summary>
    public string[] Responses()
    {
        List<string> texts = [];
        while (Next() is { } response)
        {
            Last = response;
            texts.Add(Text(response));
        }

        return [.. texts];
    }

    /// <summary>What the stream tells of a resource.</summary>
    public ResourceStatus Status(string type, string name) =>
        Assert.Single(Stream.Describe(), resource => resource.Type.Url() == Url(type) && resource.Name == name);

    /// <summary>How far the client is with a resource.</summary>
    public ResourceState StateOf(string type, string name) => Status(type, name).State;

    protected static string Url(string type) => Enum.Parse<ResourceType>(type, ignoreCase: true).Url();

    protected static string Text(string url, string nonce, IEnumerable<string> resources, IEnumerable<string> removed) =>
        $"{ResourceTypes.Of(url)!.Value.ToString().ToLowerInvariant()} {nonce}: " + string.Join(
            ' ', resources.Order(StringComparer.Ordinal).Concat(removed.Order(StringComparer.Ordinal).Select(name => "-" + name)));

    protected abstract string Text(TResponse response);

    private TResponse? Next()
    {
        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = Look();
        return Stream.Next(snapshot, unseen);
    }
}
