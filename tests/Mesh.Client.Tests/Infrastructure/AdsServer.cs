using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model;
using Mesh.Model.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>
/// A config server on a real socket that says what the test wants: well-behaved delta xDS by itself, and anything else, bytes that are no
/// messages included, when it is told to. It writes the frames of gRPC itself.
/// </summary>
internal sealed class AdsServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Type, string Name), Wire.Resource> _resources = new();
    private readonly WebApplication _app;

    private AdsServer(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Takes streams and says nothing.</summary>
    public bool IsMute { get; set; }

    /// <summary>How far its mesh is; null: it does not say.</summary>
    public (long Epoch, long Generation)? State { get; set; } = (1, 1);

    /// <summary>Which mesh it has.</summary>
    public string Mesh { get; set; } = "one";

    /// <summary>Runs in place of what a good server does with a stream.</summary>
    public Func<ServedStream, Task>? Script { get; set; }

    public ConcurrentQueue<Wire.DeltaDiscoveryRequest> Requests { get; } = new();

    public ConcurrentQueue<ServedStream> Streams { get; } = new();

    /// <summary>The streams that are open.</summary>
    public IEnumerable<ServedStream> Open => Streams.Where(stream => !stream.IsOver);

    public IEnumerable<string> Refusals => Requests.Where(request => request.ErrorDetail is not null).Select(request => request.ErrorDetail.Message);

    /// <param name="port">0: one of the system's choice.</param>
    public static async Task<AdsServer> StartAsync(int port = 0)
    {
        AdsServer server = null!;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            // Streams are quiet for long.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        WebApplication app = builder.Build();
        app.Run(context =>
        {
            // It gives no identities.
            context.Response.StatusCode = HttpMethods.IsGet(context.Request.Method) ? StatusCodes.Status404NotFound : context.Response.StatusCode;
            return HttpMethods.IsGet(context.Request.Method) ? Task.CompletedTask : server.ServeAsync(context);
        });
        await app.StartAsync();
        server = new AdsServer(app, new Uri(app.Urls.Single()).Port);
        return server;
    }

    /// <summary>A service with these rules and endpoints from now on, for all who ask.</summary>
    public async Task PutAsync(string fullName, MeshService service, params string[] aliases)
    {
        foreach (string name in (string[])[fullName, .. aliases])
        {
            Set(XdsTypes.Listener, name, ListenerCodec.Encode(name, fullName, born: 1, ClientProfile.Mesh).Message);
        }

        Set(XdsTypes.RouteConfiguration, fullName, RouteConfigurationCodec.Encode(fullName, service, ClientProfile.Mesh, null).Message);
        Set(XdsTypes.Cluster, fullName, ClusterCodec.Encode(fullName, null, service, ClientProfile.Mesh).Message);
        Set(XdsTypes.ClusterLoadAssignment, fullName, EndpointsCodec.Encode(fullName, null, service, ClientProfile.Mesh).Message);
        await PushAsync([XdsTypes.Cluster, XdsTypes.ClusterLoadAssignment, XdsTypes.Listener, XdsTypes.RouteConfiguration], [fullName, .. aliases]);
    }

    /// <summary>One endpoint, no rules.</summary>
    public Task PutAsync(string fullName, params IEnumerable<string> addresses) => PutAsync(fullName, Service(addresses));

    public static MeshService Service(params IEnumerable<string> addresses) => new()
    {
        Endpoints = [.. addresses.Select(address => new MeshEndpoint { Host = address.Split(':')[0], Port = int.Parse(address.Split(':')[1]) })],
    };

    /// <summary>Bytes as a resource, whatever they are.</summary>
    public async Task PutAsync(string type, string name, byte[] bytes)
    {
        Set(type, name, bytes);
        await PushAsync([type], [name]);
    }

    public async Task DeleteAsync(string fullName)
    {
        string[] types = [XdsTypes.Listener, XdsTypes.RouteConfiguration, XdsTypes.Cluster, XdsTypes.ClusterLoadAssignment];
        Array.ForEach(types, type => _resources.TryRemove((type, fullName), out _));
        await PushAsync(types, [fullName]);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        foreach (ServedStream stream in Streams)
        {
            stream.Dispose();
        }
    }

    /// <summary>What it says of one type, of these names.</summary>
    public Wire.DeltaDiscoveryResponse Answer(string type, IEnumerable<string> names, IReadOnlyDictionary<string, string>? known = null)
    {
        Wire.DeltaDiscoveryResponse response = new() { TypeUrl = type, Nonce = Guid.NewGuid().ToString("N") };
        if (State is var (epoch, generation))
        {
            response.SystemVersionInfo = $"{epoch}.{generation}";
            response.ControlPlane = new Wire.ControlPlane { Identifier = $$"""{ "server": "a", "mesh": "{{Mesh}}", "epoch": {{epoch}}, "generation": {{generation}} }""" };
        }

        foreach (string name in names)
        {
            if (!_resources.TryGetValue((type, name), out Wire.Resource? resource))
            {
                response.RemovedResources.Add(name);
            }
            else if (known?.GetValueOrDefault(name) != resource.Version)
            {
                response.Resources.Add(resource);
            }
        }

        return response;
    }

    private void Set(string type, string name, IMessage message) => Set(type, name, message.ToByteArray());

    private void Set(string type, string name, byte[] bytes) => _resources[(type, name)] = new Wire.Resource
    {
        Name = name,
        Version = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16],
        Resource_ = new Any { TypeUrl = type, Value = ByteString.CopyFrom(bytes) },
    };

    private async Task PushAsync(string[] types, string[] names)
    {
        foreach (ServedStream stream in Open.Where(_ => !IsMute))
        {
            try
            {
                foreach (string type in types)
                {
                    await stream.TellAsync(type, names.Where(name => stream.Follows(type, name)));
                }
            }
            catch (OperationCanceledException)
            {
                // Its client is going at this moment.
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        ServedStream stream = new(this, context);
        Streams.Enqueue(stream);
        await stream.RunAsync(Script ?? (served => served.ServeAsync()));
    }
}
