using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.AspNetCore.Tests.Tls;

/// <summary>What becomes of the listeners that there are, whoever made them.</summary>
public sealed class ListenersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Permissive")]
    [InlineData("Strict")]
    public async Task One_with_the_application_s_own_certificate_is_left_as_it_is(string tls)
    {
        await using MeshedApp app = await MeshedApp.StartAsync(
            tls, urls: null, configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(TestCertificates.Localhost))));
        using HttpClient caller = new(new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == TestCertificates.Localhost.Thumbprint },
        });

        Assert.Equal("nobody", await caller.GetTextAsync(app.Url));
        Assert.NotEmpty(app.App.Logs.Of("ListenerNotMeshed"));
    }

    [Fact]
    public async Task One_that_code_makes_is_guarded_too()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict", urls: null, configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0)));
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpClient plain = Caller.Plain();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => plain.GetTextAsync(app.Url));
        Assert.Equal("spiffe://mesh-test/ns/default/sa/web", await caller.GetTextAsync(app.Url.Https()));
    }

    [Fact]
    public async Task Strict_does_not_start_where_the_application_keeps_the_mesh_from_its_listeners()
    {
        static void Take(WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(_ => { }));

        MeshConfigurationException fault = await Assert.ThrowsAsync<MeshConfigurationException>(() => WebApp.StartAsync(MeshedApp.Settings("Strict"), Take));

        Assert.Contains("ConfigureEndpointDefaults", fault.Message, StringComparison.Ordinal);
        await using WebApp twin = await WebApp.StartAsync(MeshedApp.Settings("Permissive"), Take, environment: "Development");
    }

    [Fact]
    public async Task Strict_does_not_start_on_a_web_server_that_it_cannot_guard()
    {
        static void Take(WebApplicationBuilder builder) => builder.Services.AddSingleton<IServer, OtherServer>();

        MeshConfigurationException fault = await Assert.ThrowsAsync<MeshConfigurationException>(() => WebApp.StartAsync(MeshedApp.Settings("Strict"), Take));

        Assert.Contains(nameof(OtherServer), fault.Message, StringComparison.Ordinal);
        await using WebApp twin = await WebApp.StartAsync(MeshedApp.Settings("Permissive"), Take, environment: "Development");
        await using WebApp tests = await WebApp.StartAsync(MeshedApp.Settings("Strict"), builder => builder.WebHost.UseTestServer(), environment: "Development");
    }

    [Fact]
    public async Task What_connections_come_to_is_measured()
    {
        await using MeshedApp app = await MeshedApp.StartAsync();
        IMeterFactory meters = app.App.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<long> handshakes = new(meters, MeshTelemetry.InboundName, "mesh.inbound.handshakes");
        using MetricCollector<long> plains = new(meters, MeshTelemetry.InboundName, "mesh.inbound.plain_connections");
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient caller = app.Caller(certificate);
        using HttpClient plain = Caller.Plain();

        await caller.GetTextAsync(app.Url.Https());
        await plain.GetTextAsync(app.Url);

        Assert.Equal([("success", app.Port)], Of(handshakes));
        Assert.Equal([("success", app.Port)], Of(plains));

        using HttpClient nobody = app.Caller(null);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => nobody.GetTextAsync(app.Url.Https()));
        await Eventually.Holds(() => Of(handshakes).Contains(("refused", app.Port)));
    }

    [Fact]
    public async Task A_connection_over_TLS_drains_as_any_other()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using MeshedApp app = await MeshedApp.StartAsync("Strict", answer: async context =>
        {
            await goOn.Task;
            await context.Response.WriteAsync("done");
        });
        using X509Certificate2 certificate = app.Authority.Leaf();
        using HttpClient http1 = app.Caller(certificate);
        using HttpClient http2 = app.Caller(certificate);
        http2.DefaultRequestVersion = System.Net.HttpVersion.Version20;
        Task<string>[] calls = [http1.GetTextAsync(app.Url.Https()), http2.GetTextAsync(app.Url.Https())];
        await Eventually.Holds(() => app.Entered == 2);

        Task stop = app.App.StopAsync();
        await Eventually.Holds(() => app.App.Logs.Of("Draining").Count > 0);
        goOn.SetResult();

        Assert.Equal(["done", "done"], await Task.WhenAll(calls).InTime());
        await stop.InTime();
    }

    [Fact]
    public async Task Openssl_is_let_in_with_a_certificate_and_not_without()
    {
        await using MeshedApp app = await MeshedApp.StartAsync("Strict");
        using X509Certificate2 certificate = app.Authority.Leaf();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mesh-openssl");
        try
        {
            string key = Path.Combine(folder.FullName, "key.pem");
            string chain = Path.Combine(folder.FullName, "chain.pem");
            string root = Path.Combine(folder.FullName, "root.pem");
            await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Cancel);
            await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem() + "\n" + app.Authority.Between[0].ExportCertificatePem() + "\n", Cancel);
            await File.WriteAllTextAsync(root, app.Authority.Root.ExportCertificatePem(), Cancel);
            string[] both = ["s_client", "-connect", $"127.0.0.1:{app.Port}", "-quiet", "-verify_return_error", "-CAfile", root, "-alpn", "http/1.1"];

            Assert.Contains("sa/web", await OpensslAsync([.. both, "-cert", chain, "-cert_chain", chain, "-key", key]), StringComparison.Ordinal);
            Assert.DoesNotContain("HTTP/1.1", await OpensslAsync(both), StringComparison.Ordinal);
            Assert.Equal(1, app.Entered);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> OpensslAsync(string[] arguments)
    {
        using Process openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = openssl.StandardOutput.ReadToEndAsync(Cancel);
        Task<string> errors = openssl.StandardError.ReadToEndAsync(Cancel);
        try
        {
            await openssl.StandardInput.WriteAsync("GET / HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n");
            await openssl.StandardInput.FlushAsync(Cancel);
            await openssl.WaitForExitAsync(Cancel).InTime();
            return await output;
        }
        catch (IOException)
        {
            // It has gone before it was told all.
            return await output;
        }
        finally
        {
            openssl.Kill();
            await errors;
        }
    }

    private static (string?, int)[] Of(MetricCollector<long> collector) =>
        [.. collector.GetMeasurementSnapshot().Select(measurement => ((string?)measurement.Tags[MeshTags.Outcome], (int)measurement.Tags[MeshTags.ServerPort]!)).Distinct()];

    private sealed class OtherServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
