using System.Collections.Immutable;
using System.Net;
using Google.Protobuf;
using Mesh.Model;
using Mesh.Model.Documents;
using Mesh.Model.Identity;
using Mesh.Model.Xds;
using Protocols = Mesh.Model.Xds.Wire.MeshEndpointMetadata.Types.Protocols;
using Tls = Mesh.Model.Xds.Wire.ListeningAddress.Types.Tls;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Registry;

/// <summary>Reads what a process says of itself, or says what is wrong with it, and in which field.</summary>
internal static class RegistrationReader
{
    private const int MostAddresses = 16;
    private const int MostLabels = 64;

    // They are told with each of the addresses, to each client.
    private const int LongestLabels = 2048;
    private const int LongestWord = 256;
    private const int LongestInstance = 128;
    private const int HighestWeight = 1000;
    private const long HighestEpoch = 1L << 53;

    // What a later version says beside is not kept, however much it is.
    private static readonly MessageParser<Wire.Registration> s_known = Wire.Registration.Parser.WithDiscardUnknownFields(true);

    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromSeconds(10);

    /// <param name="message">What it says; hosts that it leaves out are filled in.</param>
    /// <param name="addresses">Which addresses it may have; null: those that it names, which were checked before they were kept.</param>
    /// <param name="peer">Where its stream comes from; null: that is not known.</param>
    /// <param name="owner">The server that takes it.</param>
    /// <param name="now">When.</param>
    /// <param name="trustDomain">The mesh in which it has its identity; null: this server gives none.</param>
    public static Decoded<Registration> Read(
        Wire.Registration message, AddressPolicy? addresses, IPAddress? peer, string owner, DateTimeOffset now, string? trustDomain = null)
    {
        XdsField at = XdsField.Resource()["registration"];
        string space = message.Namespace.Length == 0 ? ServiceIdentity.DefaultNamespace : Good(Names.Part, message.Namespace, at["namespace"]);
        string service = Good(Names.Service, message.Service, at["service"]);
        string instance = Word(message.Instance, at["instance"], LongestInstance);
        if (message.Epoch is < 1 or > HighestEpoch)
        {
            at["epoch"].Fault($"{message.Epoch} is no epoch: it is a number from 1 to 2^53, greater than that of the process's stream before.");
        }

        if (message.UserAgentName.Length + message.UserAgentVersion.Length > LongestWord)
        {
            at["user_agent_name"].Fault($"It and the version may have {LongestWord} characters.");
        }

        if (message.Weight > HighestWeight)
        {
            at["weight"].Fault($"{message.Weight} is more than {HighestWeight}.");
        }

        Registration common = new()
        {
            Service = XdsNames.Of(service, space), Instance = instance, Epoch = message.Epoch, Owner = owner, Endpoints = [],
            RegisteredAt = now, Peer = peer is null ? "" : AddressPolicy.Plain(peer).ToString(),
            UserAgent = Wording.Printable($"{message.UserAgentName} {message.UserAgentVersion}".Trim(), LongestWord),
            Version = message.Version is { } version ? Word(version, at["version"]) : null,
            Labels = Labels(message, at), Locality = Place(message.Locality, at["locality"]), Weight = Math.Max((int)message.Weight, 1),
            HealthCheck = Check(message, at["health_check"]),
        };
        string? id = trustDomain is null ? null : IdIn(trustDomain, service, space);
        ImmutableArray<MeshEndpoint> endpoints = Endpoints(message, common, id, addresses, peer, at);
        return at.Decoded(common with { Endpoints = endpoints, Content = s_known.ParseFrom(message.ToByteString()).ToByteString() });
    }

    private static string Good(Scalar<string> shape, string text, XdsField at)
    {
        Parsed<string> parsed = shape.Parse(text);
        if (parsed.State is not ParseState.Good)
        {
            at.Fault(text.Length == 0 ? $"It is missing: it is {shape.Allowed}." : shape.Complaint(text, parsed.Reason));
        }

        return text;
    }

    private static string Word(string text, XdsField at, int longest = LongestWord)
    {
        if (text.Length > longest)
        {
            at.Fault($"It has {text.Length} characters, and may have {longest}.");
        }

        return Good(Texts.Line, text, at);
    }

    private static Locality Place(Wire.Locality? place, XdsField at)
    {
        return new Locality { Region = Part(place?.Region, "region"), Zone = Part(place?.Zone, "zone"), SubZone = Part(place?.SubZone, "sub_zone") };

        string? Part(string? text, string field) => string.IsNullOrEmpty(text) ? null : Word(text, at[field]);
    }

    private static ImmutableSortedDictionary<string, string> Labels(Wire.Registration message, XdsField at)
    {
        if (message.Labels.Count > MostLabels)
        {
            at["labels"].Fault($"There are {message.Labels.Count}, and may be {MostLabels}.");
            return Maps.Empty;
        }

        int length = message.Labels.Sum(label => label.Key.Length + label.Value.Length);
        if (length > LongestLabels)
        {
            at["labels"].Fault($"They have {length} characters together, and may have {LongestLabels}.");
            return Maps.Empty;
        }

        ImmutableSortedDictionary<string, string>.Builder labels = Maps.Empty.ToBuilder();
        foreach ((string name, string value) in message.Labels)
        {
            XdsField labelAt = at["labels", name];
            Word(name, labelAt);
            if (value.Length > LongestWord)
            {
                labelAt.Fault($"It has {value.Length} characters, and may have {LongestWord}.");
            }

            if (!labels.TryAdd(name, Good(Texts.Label, value, labelAt)))
            {
                labelAt.Fault("Another label differs from it in capitals only.");
            }
        }

        return labels.ToImmutable();
    }

    // One server asks them all: what is asked too often, or waited for too long, would be at the cost of others.
    private static HealthCheckSettings? Check(Wire.Registration message, XdsField at)
    {
        if (message.HealthCheck is null)
        {
            return null;
        }

        HealthCheckSettings check = HealthCheckCodec.Decode(message.HealthCheck, at);
        if (check.Interval < s_shortestInterval)
        {
            at["interval"].Fault($"{check.Interval.TotalSeconds} s is too often: the server asks once a second at most. Give at least 1 s.");
        }

        if (check.Timeout > s_longestTimeout)
        {
            at["timeout"].Fault($"{check.Timeout.TotalSeconds} s is too long: the server waits for 10 s at most. Give at most 10 s.");
        }

        if (check.GrpcService is not null && message.Addresses.All(address => address.Protocols is Protocols.Http1))
        {
            at["grpc_health_check"].Fault("gRPC is HTTP/2, and no address speaks it. Let one speak HTTP/2, or ask over HTTP.");
        }

        return check;
    }

    private static ImmutableArray<MeshEndpoint> Endpoints(
        Wire.Registration message, Registration common, string? id, AddressPolicy? addresses, IPAddress? peer, XdsField at)
    {
        if (message.Addresses.Count is 0 or > MostAddresses)
        {
            at["addresses"].Fault($"There are {message.Addresses.Count}, and may be 1 to {MostAddresses}.");
            return [];
        }

        Dictionary<string, MeshEndpoint> endpoints = new(StringComparer.Ordinal);
        for (int i = 0; i < message.Addresses.Count; i++)
        {
            (Wire.ListeningAddress address, XdsField addressAt) = (message.Addresses[i], at["addresses", i]);
            string? problem = null;
            string host = addresses?.Resolve(address.Host, peer, out problem).ToString() ?? address.Host;
            if (problem is not null)
            {
                addressAt["host"].Fault(problem);
            }

            if (address.Port is 0 or > ushort.MaxValue)
            {
                addressAt["port"].Fault($"{address.Port} is no port: it is a number from 1 to {ushort.MaxValue}.");
            }

            address.Host = host;
            Tls tls = Known(address.Tls, addressAt["tls"]);
            MeshEndpoint endpoint = new()
            {
                Host = address.Host, Port = (int)Math.Min(address.Port, ushort.MaxValue),
                Scheme = (EndpointScheme)(int)Known(address.Scheme, addressAt["scheme"]),
                Protocols = (EndpointProtocols)(int)Known(address.Protocols, addressAt["protocols"]),
                Version = common.Version, Labels = common.Labels, Locality = common.Locality, Weight = common.Weight,
                Tls = tls is Tls.None ? null : TlsMode.Mesh, TakesPlainText = tls is Tls.Permissive, SpiffeId = tls is Tls.None ? null : id,
            };
            if (problem is null && !endpoints.TryAdd(endpoint.Authority, endpoint))
            {
                addressAt.Fault($"{endpoint.Authority} is listed already.");
            }
        }

        return [.. endpoints.Values];
    }

    // A name with a dot is a whole one already.
    private static string IdIn(string trustDomain, string service, string space) =>
        (service.Split('.', 2) is [var name, var own] ? new SpiffeId(trustDomain, own, name) : new SpiffeId(trustDomain, space, service)).ToString();

    private static T Known<T>(T value, XdsField at)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            at.Fault($"{value} is of a later version.");
        }

        return value;
    }
}
