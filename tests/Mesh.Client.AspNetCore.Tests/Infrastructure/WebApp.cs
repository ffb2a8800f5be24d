using System.Text;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A web application with both halves of the mesh, on a real Kestrel, whose settings can be changed while it runs.</summary>
internal sealed class WebApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ChangeableSettings _settings;

    private WebApp(WebApplication app, ChangeableSettings settings) => (_app, _settings) = (app, settings);

    public IServiceProvider Services => _app.Services;

    public FakeLogCollector Logs => Services.GetFakeLogCollector();

    public string Url => _app.Urls.First();

    public ICollection<string> Urls => _app.Urls;

    public RegistrationDescription? Registration => Services.GetRequiredService<IServiceMesh>().Describe().Registration;

    /// <param name="mesh">What stands under <c>Mesh</c>.</param>
    /// <param name="configure">Registers more, after the mesh.</param>
    /// <param name="answer">Answers each request.</param>
    /// <param name="urls">Where it listens; null: what is configured, or nowhere.</param>
    /// <param name="environment">Null: that of production.</param>
    /// <param name="shape">Adds to its pipeline and its endpoints.</param>
    /// <param name="before">Registers more, before the mesh.</param>
    /// <param name="arePoliciesServed">Whether the config server is to say who may call; else everybody may, unless the test says otherwise.</param>
    public static async Task<WebApp> StartAsync(
        string mesh, Action<WebApplicationBuilder>? configure = null, RequestDelegate? answer = null, string? urls = "http://127.0.0.1:0", string? environment = null,
        Action<WebApplication>? shape = null, Action<WebApplicationBuilder>? before = null, bool arePoliciesServed = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "catalog", EnvironmentName = environment });
        ChangeableSettings settings = new(mesh);
        ((IConfigurationBuilder)builder.Configuration).Add(settings);
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddSingleton(new XdsPacing { Random = new NoWait() });
        if (urls is not null)
        {
            builder.WebHost.UseUrls(urls.Split(';'));
        }

        if (!arePoliciesServed)
        {
            builder.Services.AddSingleton<IInboundPolicySource>(new TestPolicies());
        }

        before?.Invoke(builder);
        builder.AddServiceMesh();
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        shape?.Invoke(app);
        app.MapHealthChecks("/ready");
        app.MapFallback(answer ?? (static context => context.Response.WriteAsync("hello")));
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new WebApp(app, settings);
    }

    public void Change(string mesh) => _settings.Change(mesh);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    // The waits are between none and the limit.
    private sealed class NoWait : Random
    {
        public override double NextDouble() => 0.01;
    }

    private sealed class ChangeableSettings(string mesh) : ConfigurationProvider, IConfigurationSource
    {
        private string _mesh = mesh;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override void Load()
        {
            using MemoryStream json = new(Encoding.UTF8.GetBytes($$"""{ "Mesh": {{_mesh}} }"""));
            Data = new ConfigurationBuilder().AddJsonStream(json).Build().AsEnumerable()
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        }

        public void Change(string mesh)
        {
            _mesh = mesh;
            Load();
            OnReload();
        }
    }
}
