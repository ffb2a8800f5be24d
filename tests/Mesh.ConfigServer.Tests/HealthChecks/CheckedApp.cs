using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Tests.HealthChecks;

/// <summary>A process that is asked whether it is well: a real web server.</summary>
internal sealed class CheckedApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private CheckedApp(WebApplication app) => _app = app;

    /// <summary>What it is asked, in order: <c>GET /healthz HTTP/1.1</c>.</summary>
    public ConcurrentQueue<string> Questions { get; } = [];

    /// <summary>Whom the last question was addressed to, and the cookies with it.</summary>
    public (string? Host, string? Cookies) Last { get; private set; }

    /// <summary>What it says.</summary>
    public RequestDelegate Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Those that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<CheckedApp> StartAsync(HttpProtocols protocols = HttpProtocols.Http1, bool isSecure = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        CheckedApp? self = null;
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.Use(next => connection => self!.CountAsync(() => next(connection)));
            if (isSecure)
            {
                listen.UseHttps(Certificate());
            }
        }));
        WebApplication app = builder.Build();
        self = new CheckedApp(app);
        app.Run(self.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return self;
    }

    public void Say(int status) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <param name="frame">In hexadecimal.</param>
    /// <param name="status">Behind it.</param>
    public void SayGrpc(string frame, string status = "0") => Answer = async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(Convert.FromHexString(frame));
        context.Response.AppendTrailer("grpc-status", status);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Nobody whom it names in it is asked.
    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=elsewhere", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private async Task CountAsync(Func<Task> connection)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            await connection();
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private Task TakeAsync(HttpContext context)
    {
        Last = (context.Request.Headers.Host, context.Request.Headers.Cookie);
        Questions.Enqueue($"{context.Request.Method} {context.Request.Path} {context.Request.Protocol}");
        return Answer(context);
    }
}
