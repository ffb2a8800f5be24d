using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A real Kestrel on a port of the system's choice, whose answer is a lambda. It remembers what it was asked.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Backend(WebApplication app, string name)
    {
        _app = app;
        Name = name;
    }

    public string Name { get; }

    /// <summary>As <c>host:port</c>.</summary>
    [field: MaybeNull]
    public string Address => field ??= new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public int Count => Requests.Count;

    /// <param name="name">What it answers if <paramref name="answer"/> is not given.</param>
    /// <param name="answer">Answers each request.</param>
    /// <param name="http2">Whether it speaks HTTP/2; without TLS nothing else.</param>
    /// <param name="tls">Whether it speaks TLS.</param>
    /// <param name="certificate">What it shows then; not given: one for localhost.</param>
    /// <param name="callers">Who must have issued the certificates that callers have to show; not given: they show none.</param>
    public static Task<Backend> StartAsync(
        string name = "backend",
        RequestDelegate? answer = null,
        bool http2 = false,
        bool tls = false,
        X509Certificate2? certificate = null,
        TestAuthority? callers = null) =>
        StartAsync(name, http2, tls, static _ => { }, app => app.Run(answer ?? (context => context.Response.WriteAsync(name))), certificate, callers);

    public static Task<Backend> StartGrpcAsync<TService>(string name, TService service)
        where TService : class =>
        StartAsync(
            name,
            http2: true,
            tls: false,
            services =>
            {
                services.AddGrpc();
                services.AddSingleton(service);
            },
            app => app.MapGrpcService<TService>());

    public static async Task<Backend> StartAsync(
        string name, bool http2, bool tls, Action<IServiceCollection> services, Action<WebApplication> map, X509Certificate2? certificate = null, TestAuthority? callers = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = http2 ? (tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http2) : HttpProtocols.Http1;
            if (tls)
            {
                listen.UseHttps(certificate ?? TestCertificates.Localhost, options =>
                {
                    if (callers is not null)
                    {
                        options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                        options.ClientCertificateValidation = (shown, _, _) => callers.HasIssued(shown);
                    }
                });
            }
        }));
        builder.Services.AddRoutingCore();
        services(builder.Services);
        WebApplication app = builder.Build();
        Backend backend = new(app, name);
        app.Use(async (context, next) =>
        {
            backend.Requests.Enqueue(SeenRequest.Of(context.Request));
            await next(context);
        });
        map(app);
        await app.StartAsync();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What a backend saw of a request.</summary>
internal sealed record SeenRequest(string Method, string Path, string Host, string Protocol, IReadOnlyDictionary<string, string> Headers)
{
    public static SeenRequest Of(HttpRequest request) => new(
        request.Method,
        request.Path,
        request.Host.Value ?? "",
        request.Protocol,
        request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
}
