using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>
/// A control plane that is not ours, on a real socket: state-of-the-world xDS by the letter, so that it takes no notice of requests with an
/// old nonce. It writes the frames of gRPC itself.
/// </summary>
internal sealed class SotwServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Type, string Name), Any> _resources = new();
    private readonly WebApplication _app;

    private SotwServer(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>As a bootstrap has it: <c>127.0.0.1:15010</c> or <c>unix:///path</c>.</summary>
    public string Address { get; }

    public int Port => int.Parse(Address.Split(':')[1]);

    /// <summary>What it shows over TLS from now on.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Who must have issued the certificates that callers have to show over TLS from now on; null: they show none.</summary>
    public TestAuthority? Callers { get; set; }

    /// <summary>Takes streams and says nothing, or nothing more.</summary>
    public bool IsMute { get; set; }

    /// <summary>Wraps resources with their names.</summary>
    public bool Wraps { get; set; }

    /// <summary>Of all that it has.</summary>
    public int Version { get; private set; } = 1;

    public ConcurrentQueue<Wire.DiscoveryRequest> Requests { get; } = new();

    public ConcurrentQueue<SotwStream> Streams { get; } = new();

    public IEnumerable<SotwStream> Open => Streams.Where(stream => !stream.IsOver);

    public IEnumerable<string> Refusals => Requests.Where(request => request.ErrorDetail is not null).Select(request => request.ErrorDetail.Message);

    /// <param name="port">0: one of the system's choice.</param>
    /// <param name="socket">The path of a socket in place of a port; null: a port.</param>
    /// <param name="certificate">What it shows over TLS; null: it speaks plain text.</param>
    /// <param name="callers">See <see cref="Callers"/>.</param>
    public static async Task<SotwServer> StartAsync(
        int port = 0, string? socket = null, X509Certificate2? certificate = null, TestAuthority? callers = null)
    {
        SotwServer server = null!;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            if (socket is null)
            {
                kestrel.Listen(IPAddress.Loopback, port, Configure);
            }
            else
            {
                kestrel.ListenUnixSocket(socket, Configure);
            }
        });
        WebApplication app = builder.Build();
        app.Run(context => server.ServeAsync(context));
        await app.StartAsync();
        server = new SotwServer(app, socket is null ? $"127.0.0.1:{new Uri(app.Urls.Single()).Port}" : $"unix://{socket}")
        {
            Certificate = certificate,
            Callers = callers,
        };
        return server;

        void Configure(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(options =>
                {
                    options.ServerCertificateSelector = (_, _) => server.Certificate;
                    options.ClientCertificateMode = callers is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    options.ClientCertificateValidation = (shown, _, _) => server.Callers!.HasIssued(shown);
                });
            }
        }
    }

    /// <summary>Has these resources besides, and tells all who ask for them.</summary>
    public async Task PutAsync(params IMessage[] resources)
    {
        foreach (IMessage resource in resources)
        {
            Any packed = Any.Pack(resource);
            _resources[(packed.TypeUrl, Foreign.NameOf(resource))] = packed;
        }

        await PushAsync([.. resources.Select(resource => Any.Pack(resource).TypeUrl).Distinct()]);
    }

    public async Task DeleteAsync(string type, string name)
    {
        _resources.TryRemove((type, name), out _);
        await PushAsync([type]);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        foreach (SotwStream stream in Streams)
        {
            stream.Dispose();
        }
    }

    /// <summary>What it has of one type, of these names.</summary>
    public Wire.DiscoveryResponse Answer(string type, IEnumerable<string> names)
    {
        Wire.DiscoveryResponse response = new() { TypeUrl = type, VersionInfo = $"v{Version}", Nonce = Guid.NewGuid().ToString("N") };
        foreach (string name in names)
        {
            if (_resources.TryGetValue((type, name), out Any? resource))
            {
                response.Resources.Add(Wraps ? Any.Pack(new Wire.Resource { Name = name, Resource_ = resource }) : resource);
            }
        }

        return response;
    }

    private async Task PushAsync(IReadOnlyCollection<string> types)
    {
        Version++;
        foreach (SotwStream stream in Open.Where(_ => !IsMute))
        {
            foreach (string type in types)
            {
                await stream.PushAsync(type);
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        SotwStream stream = new(this, context);
        Streams.Enqueue(stream);
        await stream.RunAsync();
    }
}
