using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mesh.Client.Sources.Xds;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Benchmarks.Control;

/// <summary>
/// A client of the config server, as far as that can tell: it subscribes to services, acknowledges what it is sent, comes back after a loss
/// as Mesh.Client does, with the versions that it has. It reads no rule and calls nobody.
/// </summary>
internal sealed class SimulatedClient
{
    private const string Path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private static readonly string[] s_types = [XdsTypes.Listener, XdsTypes.RouteConfiguration, XdsTypes.Cluster, XdsTypes.ClusterLoadAssignment];

    private readonly IPEndPoint _server;
    private readonly ClientGroup _group;
    private readonly int _index;
    private readonly string[] _names;
    private readonly Backoff _backoff = new(Random.Shared);

    // What it has, by type and name.
    private readonly Dictionary<(string Type, string Name), string> _versions = [];

    public SimulatedClient(IPEndPoint server, ClientGroup group, int index, string[] names)
    {
        _server = server;
        _group = group;
        _index = index;
        _names = names;
    }

    private int Wanted => s_types.Length * _names.Length;

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await FollowAsync(stop).ConfigureAwait(false) ? _backoff.Short() : _backoff.Next();
            }
            catch (SocketException nobody) when (nobody.SocketErrorCode is SocketError.ConnectionRefused)
            {
                wait = _backoff.Steady();
            }
            catch (Exception lost) when (lost is SocketException or IOException)
            {
                wait = _backoff.Next();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            _group.Lost(_index);
            await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // False: the server has ended the stream without an answer.
    private async Task<bool> FollowAsync(CancellationToken stop)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server, stop).ConfigureAwait(false);
        using Http2Reader reader = new(socket);
        await socket.SendAsync(FirstRequests(), stop).ConfigureAwait(false);
        bool hasAnswered = false;
        long bytesBefore = 0;
        while (await reader.ReadAsync(stop).ConfigureAwait(false) is { } message)
        {
            _group.Arrived(_index, reader.BytesRead - bytesBefore);
            bytesBefore = reader.BytesRead;
            hasAnswered = true;
            Wire.DeltaDiscoveryResponse response = Wire.DeltaDiscoveryResponse.Parser.ParseFrom(message.Span);
            await socket.SendAsync(Http2Writer.Message(Answer(response).ToByteArray()), stop).ConfigureAwait(false);
            if (_versions.Count >= Wanted)
            {
                _group.Synced(_index);
                _backoff.Reset();
            }
        }

        return hasAnswered;
    }

    private Wire.DeltaDiscoveryRequest Answer(Wire.DeltaDiscoveryResponse response)
    {
        foreach (Wire.Resource resource in response.Resources)
        {
            _versions[(response.TypeUrl, resource.Name)] = resource.Version;
        }

        return new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
    }

    private byte[] FirstRequests()
    {
        List<byte> bytes = [.. Http2Writer.Open($"{_server}", Path)];
        foreach (string type in s_types)
        {
            Wire.DeltaDiscoveryRequest request = new() { TypeUrl = type, ResourceNamesSubscribe = { _names } };
            foreach (string name in _names)
            {
                // As the client does, one version is kept back, so that every server has something to answer.
                if (_versions.TryGetValue((type, name), out string? version) && (type != XdsTypes.Listener || name != _names[0]))
                {
                    request.InitialResourceVersions[name] = version;
                }
            }

            if (type == XdsTypes.Listener)
            {
                request.Node = _group.NodeOf(_index);
            }

            bytes.AddRange(Http2Writer.Message(request.ToByteArray()));
        }

        return [.. bytes];
    }
}
