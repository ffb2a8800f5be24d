using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Hosting;

public sealed class StartupFaultTests
{
    private static readonly (string Key, string? Value)[] s_faults =
    [
        ("Mesh:Services:catalog:Endpoints:0", "no address"),
        ("Mesh:Services:catalog:Routes:0:Retry:Atempts", "2"),
        ("Mesh:Outbound:UnknownHosts", "Refuse"),
    ];

    [Fact]
    public async Task Faulty_settings_end_the_hosts_start_with_every_fault()
    {
        FirstService first = new();

        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton<IHostedService>(first);
            builder.Configuration.AddPairs(s_faults);
            builder.AddServiceMesh();
        }));

        AssertAll(exception);
        Assert.False(first.IsStarted);
    }

    [Fact]
    public async Task Without_a_host_they_show_at_the_first_use()
    {
        ServiceCollection services = new();
        services.AddServiceMesh(new ConfigurationBuilder().AddPairs(s_faults).Build().GetSection("Mesh"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        AssertAll(Assert.Throws<MeshConfigurationException>(provider.GetRequiredService<IServiceMesh>));
        IHttpClientFactory clients = provider.GetRequiredService<IHttpClientFactory>();
        AssertAll(await Assert.ThrowsAsync<MeshConfigurationException>(() => clients.CreateClient("catalog").GetTextAsync("http://catalog/")));
        AssertAll(Assert.Throws<MeshConfigurationException>(() => clients.CreateClient("catalog").SendText("http://catalog/")));
    }

    [Fact]
    public async Task Two_spellings_of_one_service_are_a_fault()
    {
        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(
                ("Mesh:Services:catalog:Endpoints:0", "127.0.0.1:5001"),
                ("Mesh:Services:catalog.default:Endpoints:0", "127.0.0.1:5002"));
            builder.AddServiceMesh();
        }));

        string fault = Assert.Single(exception.Faults);
        Assert.Contains("catalog.default", fault, StringComparison.Ordinal);
        Assert.Contains("Mesh:Services:catalog", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_put_together_from_two_files_is_a_fault_that_names_both()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mesh-files-");
        try
        {
            foreach (string file in (string[])["appsettings.json", "appsettings.Production.json"])
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, file),
                    """{ "Mesh": { "Services": { "catalog": { "Routes": [ { "Name": "all" } ] } } } }""",
                    TestContext.Current.CancellationToken);
            }

            MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestApp.StartAsync(builder =>
            {
                builder.Configuration.SetBasePath(folder.FullName).AddJsonFile("appsettings.json").AddJsonFile("appsettings.Production.json");
                builder.AddServiceMesh();
            }));

            string fault = Assert.Single(exception.Faults);
            Assert.StartsWith("Mesh:Services:catalog:Routes: ", fault, StringComparison.Ordinal);
            Assert.Contains("appsettings.json and appsettings.Production.json", fault, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertAll(MeshConfigurationException exception)
    {
        Assert.Equal(3, exception.Faults.Count);
        Assert.Contains(exception.Faults, fault => fault.StartsWith("Mesh:Services:catalog:Endpoints:0: ", StringComparison.Ordinal));
        Assert.Contains(exception.Faults, fault => fault.Contains("Atempts", StringComparison.Ordinal) && fault.Contains("'Attempts'", StringComparison.Ordinal));
        Assert.Contains(exception.Faults, fault => fault.StartsWith("Mesh:Outbound:UnknownHosts: ", StringComparison.Ordinal));
        Assert.All(exception.Faults, fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }

    private sealed class FirstService : IHostedService
    {
        public bool IsStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            IsStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
