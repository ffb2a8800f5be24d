using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using Status = Grpc.Core.Status;

namespace Mesh.ConfigServer.Xds;

/// <summary>Who a client says it is, by the first request of its stream.</summary>
internal sealed class ClientNode
{
    private const string MeshClient = "Mesh.Client";

    // It is kept as long as the stream.
    private const int MaxSize = 64 * 1024;

    // Anyone may say anything, and people read it in logs and lists.
    private const int LongestWord = 256;

    private readonly ByteString _node;

    private ClientNode(Node node)
    {
        _node = node.ToByteString();
        Id = Word(node.Id);
        UserAgent = Word($"{node.UserAgentName} {node.UserAgentVersion}".Trim());
        Namespace = Text(node, "NAMESPACE") is { Length: > 0 } space ? space.ToLowerInvariant() : ServiceIdentity.DefaultNamespace;
        Service = Text(node, "SERVICE") is { Length: > 0 } service ? service : Word(node.Cluster);
        Version = Text(node, "VERSION");
        Locality = Place(node.Locality);
        Profile = node.UserAgentName == MeshClient ? ClientProfile.Mesh : ClientProfile.Grpc;
        TakesPatches = Profile is ClientProfile.Mesh && node.ClientFeatures.Contains(XdsFeatures.EndpointPatches);
        ImmutableSortedDictionary<string, string> labels = Labels(node);
        Caller = Service.Length == 0
            ? null : new ServiceIdentity { Name = Service, Namespace = Namespace, Version = Version, Labels = labels };
        CallerKey = Key([Service, Namespace, .. labels.SelectMany(label => (string[])[label.Key, label.Value])]);
        MeshId = Text(node, "MESH_ID");
        Epoch = Number(node, "MESH_EPOCH");
        Generation = Number(node, "MESH_GENERATION");
    }

    /// <summary>As it was sent: only for readers that are programs.</summary>
    public Node Node => Node.Parser.ParseFrom(_node);

    public string Id { get; }

    /// <summary>Empty: it does not say.</summary>
    public string Service { get; }

    public string Namespace { get; }

    /// <summary>How a client of our own asks for the service that it is part of; null: it is none.</summary>
    public string? OwnName => Profile is ClientProfile.Mesh ? XdsNames.Of(Service, Namespace) : null;

    /// <summary>The service's version, where it says.</summary>
    public string? Version { get; }

    /// <summary>Where it runs, from the widest part to the narrowest that is said: <c>eu/eu-1/rack-7</c>; null: it does not say.</summary>
    public string? Locality { get; }

    public ClientProfile Profile { get; }

    /// <summary>It takes endpoints as what is different from the version before.</summary>
    public bool TakesPatches { get; }

    /// <summary>For matches of a source; null: it does not say.</summary>
    public ServiceIdentity? Caller { get; }

    /// <summary>The same for callers that matches of a source cannot tell apart.</summary>
    public string CallerKey { get; }

    /// <summary>The mesh that it has seen last; null: it does not say.</summary>
    public string? MeshId { get; }

    /// <summary>The newest epoch that it has seen.</summary>
    public long? Epoch { get; }

    /// <summary>The newest generation that it has seen in <see cref="Epoch"/>.</summary>
    public long? Generation { get; }

    public string UserAgent { get; }

    /// <exception cref="RpcException">INVALID_ARGUMENT: there is no node, it has no id, or says what cannot be.</exception>
    public static ClientNode Parse(Node? node) => node is not { Id.Length: > 0 }
        ? throw Bad("The first request of a stream must have a node with an id.")
        : node.CalculateSize() > MaxSize ? throw Bad($"A node may have {MaxSize} bytes.")
        : new ClientNode(node);

    /// <exception cref="RpcException">PERMISSION_DENIED: it says that it is another service than it has proven to be.</exception>
    public void RequireOf(SpiffeId caller)
    {
        // A service that is named with its namespace is that, whatever the namespace beside it.
        string claimed = Service.Contains('.', StringComparison.Ordinal) ? Service : $"{Service}.{Namespace}";
        if (Service.Length > 0 && !claimed.Equals(caller.FullName, StringComparison.OrdinalIgnoreCase))
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied,
                $"The node says that it is of {claimed}, and its certificate is of {caller.FullName}: cluster, or SERVICE and NAMESPACE of the metadata, must say the same."));
        }
    }

    private static RpcException Bad(string problem) => new(new Status(StatusCode.InvalidArgument, problem));

    private static string Word(string text) => Wording.Printable(text, LongestWord);

    private static string? Place(Mesh.Model.Xds.Wire.Locality? place) =>
        $"{place?.Region}/{place?.Zone}/{place?.SubZone}".TrimEnd('/') is { Length: > 0 } text ? Word(text) : null;

    // With its length before each part, no part can pass for two.
    private static string Key(IEnumerable<string> parts) => string.Concat(parts.Select(part => $"{part.Length}:{part}"));

    private static string? Text(Node node, string key) =>
        node.Metadata?.Fields.TryGetValue(key, out Value? value) == true && value.HasStringValue ? Word(value.StringValue) : null;

    private static long? Number(Node node, string key) => Text(node, key) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw Bad($"node.metadata.{key} must be a whole number, but is '{text}'.");

    private static ImmutableSortedDictionary<string, string> Labels(Node node)
    {
        ImmutableSortedDictionary<string, string>.Builder labels = Maps.Empty.ToBuilder();
        if (node.Metadata?.Fields.TryGetValue("LABELS", out Value? value) == true && value.StructValue is { } fields)
        {
            foreach ((string key, Value label) in fields.Fields)
            {
                if (label.HasStringValue)
                {
                    labels[key] = label.StringValue;
                }
            }
        }

        return labels.ToImmutable();
    }
}
