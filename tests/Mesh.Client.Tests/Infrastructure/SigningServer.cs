using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A config server that gives identities as the test wants it to, on a real socket, over TLS or plain.</summary>
internal sealed class SigningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _isSecure;

    private SigningServer(WebApplication app, MeshAuthority authority, bool isSecure) => (_app, Authority, _isSecure) = (app, authority, isSecure);

    public MeshAuthority Authority { get; }

    /// <summary>What is published as the mesh's authorities.</summary>
    public List<string> Roots { get; set; } = [];

    public int Port => new Uri(_app.Urls.Single()).Port;

    public string Address => $"{(_isSecure ? "https" : "http")}://127.0.0.1:{Port}";

    /// <summary>The status of gRPC with which it answers to requests for certificates.</summary>
    public int Status { get; set; }

    /// <summary>The identity that it gives, whoever asks.</summary>
    public string Given { get; set; } = $"spiffe://{MeshAuthority.TrustDomain}/ns/default/sa/web";

    /// <summary>What proved each request for a certificate: a header, or the serial of a certificate that was shown.</summary>
    public ConcurrentQueue<string> Proofs { get; } = new();

    /// <summary>Requests of any other kind.</summary>
    public ConcurrentQueue<string> Others { get; } = new();

    public static async Task<SigningServer> StartAsync(MeshAuthority authority, bool isSecure = true, string id = MeshAuthority.ConfigServer)
    {
        SigningServer server = null!;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = isSecure ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http2;
            if (isSecure)
            {
                (var leaf, var others, _) = authority.Issue(id, TimeSpan.FromDays(10));
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = SslStreamCertificateContext.Create(leaf, others, offline: true),
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null || authority.HasIssued((X509Certificate2)certificate),
                    }),
                });
            }
        }));
        WebApplication app = builder.Build();
        app.Run(context => server.AnswerAsync(context));
        server = new SigningServer(app, authority, isSecure) { Roots = [authority.Root] };
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/v1/trust-bundle" => context.Response.WriteAsync(JsonSerializer.Serialize(new { trustDomain = MeshAuthority.TrustDomain, aliases = Array.Empty<string>(), roots = Roots })),
        "/istio.v1.auth.IstioCertificateService/CreateCertificate" => SignAsync(context),
        var other => OtherAsync(context, other!),
    };

    private Task OtherAsync(HttpContext context, string path)
    {
        Others.Enqueue($"{path} by {context.Connection.ClientCertificate?.SerialNumber.ToLowerInvariant()}");
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = "14";
        return Task.CompletedTask;
    }

    private async Task SignAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        Wire.IstioCertificateRequest request = Wire.IstioCertificateRequest.Parser.ParseFrom(body.ToArray().AsSpan(5));
        Proofs.Enqueue(context.Request.Headers.Authorization.FirstOrDefault() ?? context.Connection.ClientCertificate?.SerialNumber.ToLowerInvariant() ?? "nothing");
        context.Response.ContentType = "application/grpc";
        if (Status != 0)
        {
            context.Response.Headers["grpc-status"] = Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = "no";
            return;
        }

        Wire.IstioCertificateResponse response = new();
        response.CertChain.Add(Authority.Sign(request.Csr, Given));
        byte[] message = response.ToByteArray();
        byte[] frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(frame);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
