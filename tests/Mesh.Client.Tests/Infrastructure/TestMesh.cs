using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>An application with a mesh, whose rules are JSON text that can be changed while it runs.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ChangeableJson _rules;

    private TestMesh(IHost host, ChangeableJson rules, FakeLogCollector logs)
    {
        _host = host;
        _rules = rules;
        Logs = logs;
    }

    public IServiceProvider Services => _host.Services;

    public FakeLogCollector Logs { get; }

    public IServiceMesh Mesh => Services.GetRequiredService<IServiceMesh>();

    /// <param name="rules">What stands under <c>Mesh</c>.</param>
    /// <param name="configure">Registers clients and the like.</param>
    public static async Task<TestMesh> StartAsync(string rules, Action<IHostApplicationBuilder>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "web" });
        ChangeableJson source = new(rules);
        ((IConfigurationBuilder)builder.Configuration).Add(source);
        builder.Logging.AddFakeLogging();
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.AddServiceMesh();
        builder.Services.AddHttpClient("test");
        configure?.Invoke(builder);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new TestMesh(host, source, host.Services.GetFakeLogCollector());
    }

    /// <summary>A client of the factory.</summary>
    public HttpClient Client(string name = "test") => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>Changes the rules, as saving the file would.</summary>
    public void Change(string rules) => _rules.Change(rules);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>A JSON text as a configuration source that can be told to change.</summary>
internal sealed class ChangeableJson(string mesh) : ConfigurationProvider, IConfigurationSource
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
