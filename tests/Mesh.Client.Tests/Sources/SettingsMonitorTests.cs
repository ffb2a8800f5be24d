using Mesh.Client.Sources;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Sources;

/// <summary>How settings are followed, whatever provider they come from.</summary>
public sealed class SettingsMonitorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_change_while_the_settings_are_read_for_the_first_time_is_not_lost(int reading)
    {
        const string Key = "Mesh:Services:catalog:Routes:0:Name";
        ChangingWhileRead source = new(Key, reading);
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(source).Build();

        using CertificateFiles files = NoFiles();
        using SettingsMonitor monitor = new(configuration.GetSection("Mesh"), configuration, files, TimeProvider.System, new FakeLogger<SettingsMonitor>());

        Assert.Equal("second", Assert.Single(monitor.Current.Services["catalog"].Routes).Name);
    }

    // With time that grows by the square of the services this would take minutes.
    [Fact]
    public async Task Thousands_of_services_start_change_and_end_in_time()
    {
        const int Services = 5_000;
        CancellationToken ended = TestContext.Current.CancellationToken;
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(Enumerable.Range(0, Services).SelectMany(service =>
            Enumerable.Range(0, 8).Select(endpoint => KeyValuePair.Create<string, string?>($"Mesh:Services:service-{service}:Endpoints:{endpoint}", $"10.0.0.{endpoint}:80"))
                .Append(new($"Mesh:Services:service-{service}:Routes:0:Name", "first")))).Build();

        await using ServiceMesh mesh = await Task.Run(() => ServiceMesh.CreateAsync(configuration.GetSection("Mesh"), root: configuration), ended).InTime();
        configuration["Mesh:Services:service-7:Routes:0:Name"] = "second";
        await Task.Run(configuration.Reload, ended).InTime();

        Assert.Equal(Services, mesh.Describe().Services.Count);
        Assert.Equal(["second"], mesh.Describe().Services.Single(service => service.Name == "service-7").Routes);
        await Task.Run(async () => await mesh.DisposeAsync(), ended).InTime();
    }

    [Fact]
    public void After_faulty_settings_nothing_is_followed()
    {
        ChangeableJson source = new("""{ "Bogus": 1 }""");
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(source).Build();
        FakeLogger<SettingsMonitor> logger = new();

        using CertificateFiles files = NoFiles();
        Assert.Throws<MeshConfigurationException>(() => new SettingsMonitor(configuration.GetSection("Mesh"), configuration, files, TimeProvider.System, logger));
        source.Change("""{ "Bogus": 2 }""");

        Assert.Equal(0, logger.Collector.Count);
    }

    [Fact]
    public async Task A_section_that_vanishes_is_refused_also_where_it_declared_no_services()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""");

        mesh.Change("{}");

        Assert.Equal(MeshFailureReason.UnknownHost, (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://127.0.0.1:1/"))).Reason);
        Assert.Contains("'Mesh' is gone or empty", Assert.Single(mesh.Logs.Of("SettingsRefused")).Message, StringComparison.Ordinal);

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Allow" } }""");
        Assert.Single(mesh.Logs.Of("SettingsApplied"));
    }

    [Fact]
    public async Task A_section_that_comes_later_applies_and_stays()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("{}");

        mesh.Change("""{ "Outbound": { "UnknownHosts": "Deny" } }""");
        Assert.Single(mesh.Logs.Of("SettingsApplied"));
        mesh.Change("{}");

        Assert.Single(mesh.Logs.Of("SettingsRefused"));
    }

    [Fact]
    public async Task A_subscriber_that_throws_is_logged_and_keeps_the_change_from_nobody_else()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("{}");
        string broken = "";
        using IDisposable subscription = mesh.Services.GetRequiredService<SettingsMonitor>().Subscribe(settings =>
        {
            if (broken.Length > 0)
            {
                throw new InvalidOperationException(broken);
            }
        });
        mesh.Change(Rules.Route("\"Name\": \"first\"", "127.0.0.1:1"));

        broken = "It broke.";
        mesh.Change(Rules.Route("\"Name\": \"second\"", "127.0.0.1:1"));

        Assert.Equal(["second"], mesh.Service().Routes);
        FakeLogRecord line = Assert.Single(mesh.Logs.Of("SettingsNotTaken"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal("It broke.", line.Exception?.Message);
        Assert.Contains(mesh.Mesh.Describe().SettingsVersion, line.Message, StringComparison.Ordinal);
    }

    /// <summary>Changes at once after a value has been read for so many times.</summary>
    private static CertificateFiles NoFiles() => new(Path.GetTempPath(), TimeProvider.System, new FakeLogger<CertificateFiles>());

    private sealed class ChangingWhileRead(string key, int reading) : ConfigurationProvider, IConfigurationSource
    {
        private int _readings;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override void Load() => Data[key] = "first";

        public override bool TryGet(string asked, out string? value)
        {
            bool found = base.TryGet(asked, out value);
            if (asked == key && ++_readings == reading)
            {
                Data[key] = "second";
                OnReload();
            }

            return found;
        }
    }
}
