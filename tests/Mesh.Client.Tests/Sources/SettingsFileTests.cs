using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Sources;

/// <summary>A real appsettings.json on disk, which is edited while the application runs.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-settings-");

    public static TheoryData<string, string> Mistakes => new()
    {
        { "a bad value", """{ "Mesh": { "Services": { "catalog": { "Endpoints": ["{one}"], "Routes": [ { "Timeout": "soon" } ] } } } }""" },
        { "an unknown key", """{ "Mesh": { "Services": { "catalog": { "Endpoints": ["{one}"], "Rotes": [] } } } }""" },
        { "the first half", """{ "Mesh": { "Services": { "catalog": { "Endpoints": ["{one}"], "Rout""" },
        { "nothing at all", "" },
        { "an empty object", "{}" },
        { "an empty section", """{ "Mesh": {} }""" },
        { "a section without services", """{ "Mesh": { "Enabled": true } }""" },
        { "another section only", """{ "Logging": {} }""" },
        { "no JSON", "Mesh: { Services: }" },
    };

    private string Settings => Path.Combine(_folder.FullName, "appsettings.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_good_change_applies_while_it_runs_and_what_was_learnt_stays()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await File.WriteAllTextAsync(Settings, Rules(one, "first"), TestContext.Current.CancellationToken);
        await using TestApp app = await StartAsync();
        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
        string version = app.Mesh.Describe().SettingsVersion;

        await File.WriteAllTextAsync(Settings, Rules(one, "second", two.Address), TestContext.Current.CancellationToken);

        // When the file's provider tells of it is the provider's: a quarter of a second after the last write, on an idle machine. The mesh
        // has applied it when the provider is done telling, which SettingsMonitorTests rely on.
        await Eventually.Holds(() => Catalog(app).Routes[0] == "second");

        Assert.Equal([one.Address, two.Address], Catalog(app).Endpoints.Select(endpoint => endpoint.Address));
        Assert.Equal([true, false], Catalog(app).Endpoints.Select(endpoint => endpoint.Latency is not null));
        Assert.NotEqual(version, app.Mesh.Describe().SettingsVersion);
        FakeLogRecord line = Assert.Single(app.Logs.Of("SettingsApplied"));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal(app.Mesh.Describe().SettingsVersion, line.GetStructuredStateValue("Version"));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_logged_error_and_the_rules_in_force_stay(string mistake, string text)
    {
        await using Backend one = await Backend.StartAsync("one");
        await File.WriteAllTextAsync(Settings, Rules(one, "first"), TestContext.Current.CancellationToken);
        await using TestApp app = await StartAsync();
        await app.Client().GetTextAsync("http://catalog/");
        string version = app.Mesh.Describe().SettingsVersion;

        await SaveAsync(text.Replace("{one}", one.Address, StringComparison.Ordinal));
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count > 0, text: mistake);

        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(version, app.Mesh.Describe().SettingsVersion);
        Assert.Equal(["first"], Catalog(app).Routes);
        Assert.NotNull(Assert.Single(Catalog(app).Endpoints).Latency);

        await SaveAsync(Rules(one, "repaired"));
        await Eventually.Holds(() => Catalog(app).Routes[0] == "repaired");
        FakeLogRecord line = Assert.Single(app.Logs.Of("SettingsRefused"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(version, line.Message, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(Catalog(app).Endpoints).Latency);
    }

    [Fact]
    public async Task A_deleted_file_is_one_logged_error_and_the_rules_in_force_stay()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();

        File.Delete(Settings);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count > 0);
        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));

        await SaveAsync(Rules(one, "repaired"));
        await Eventually.Holds(() => Catalog(app).Routes[0] == "repaired");
        Assert.Contains("appsettings.json", Assert.Single(app.Logs.Of("SettingsRefused")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_of_a_file_that_is_no_JSON_names_the_place_in_it()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();

        await ReplaceAsync("""
            {
              "Mesh": {
                "Enabled": yes
              }
            }
            """);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count > 0);

        string message = Assert.Single(app.Logs.Of("SettingsRefused")).Message;
        Assert.Contains(Settings, message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 2 | BytePositionInLine: 15", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_names_every_fault_with_its_path()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();

        await SaveAsync("""{ "Mesh": { "Enabeld": false, "Services": { "catalog": { "Endpoints": ["nowhere"] } } } }""");
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count > 0);

        string message = Assert.Single(app.Logs.Of("SettingsRefused")).Message;
        Assert.Contains("Mesh:Enabeld", message, StringComparison.Ordinal);
        Assert.Contains("'Enabled'", message, StringComparison.Ordinal);
        Assert.Contains("Mesh:Services:catalog:Endpoints:0", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_mistake_saved_again_is_not_logged_again_but_the_next_one_is()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();
        const string Bad = """{ "Mesh": { "Enabled": "perhaps" } }""";
        int reloads = 0;
        using IDisposable reload = Microsoft.Extensions.Primitives.ChangeToken.OnChange(
            ((IConfiguration)app.Services.GetService(typeof(IConfiguration))!).GetReloadToken, () => Interlocked.Increment(ref reloads));

        await ReplaceAsync(Bad);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count == 1);
        int before = Volatile.Read(ref reloads);
        await ReplaceAsync(Bad + " ");
        await Eventually.Holds(() => Volatile.Read(ref reloads) > before);
        Assert.Single(app.Logs.Of("SettingsRefused"));

        await ReplaceAsync("""{ "Mesh": { "Enabled": "maybe" } }""");
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count == 2);
    }

    [Fact]
    public async Task A_file_that_is_replaced_as_a_whole_applies_too()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();

        await ReplaceAsync(Rules(one, "second"));

        await Eventually.Holds(() => Catalog(app).Routes[0] == "second");
        Assert.Empty(app.Logs.Of("SettingsRefused"));
    }

    [Fact]
    public async Task A_change_elsewhere_in_the_file_changes_nothing()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync();
        IConfiguration configuration = (IConfiguration)app.Services.GetService(typeof(IConfiguration))!;

        await SaveAsync(Rules(one, "first").Replace("\"Mesh\"", "\"Elsewhere\": 1, \"Mesh\"", StringComparison.Ordinal));
        await Eventually.Holds(() => configuration["Elsewhere"] == "1");

        Assert.Empty(app.Logs.Of("SettingsApplied"));
        Assert.Empty(app.Logs.Of("SettingsRefused"));
    }

    [Fact]
    public async Task A_single_value_can_be_overridden_and_stays_so_across_reloads()
    {
        await using Backend one = await Backend.StartAsync("one", context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.CompletedTask;
        });
        string prefix = $"MESH_TEST_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}Mesh__Services__catalog__Routes__0__Retry__Attempts", "3");
        await SaveAsync(Rules(one, "first"));
        await using TestApp app = await StartAsync(configuration => configuration.AddEnvironmentVariables(prefix));

        Assert.Equal(4, await CallsAsync(app, one));
        await SaveAsync(Rules(one, "second"));
        await Eventually.Holds(() => Catalog(app).Routes[0] == "second");
        Assert.Equal(4, await CallsAsync(app, one));

        // What the environment says still stands when the file is cut off, but it is not the section.
        await SaveAsync("""{ "Mesh": """);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count == 1);
        Assert.Equal(4, await CallsAsync(app, one));
        await SaveAsync(Rules(one, "third"));
        await Eventually.Holds(() => Catalog(app).Routes[0] == "third");
        Assert.Single(app.Logs.Of("SettingsRefused"));
    }

    [Fact]
    public async Task Of_two_files_the_one_that_is_emptied_is_named()
    {
        await using Backend one = await Backend.StartAsync("one");
        string production = Path.Combine(_folder.FullName, "appsettings.Production.json");
        await SaveAsync(Rules(one, "first"));
        await File.WriteAllTextAsync(production, """{ "Mesh": { "Services": { "pricing": { "Endpoints": ["127.0.0.1:5001"] } } } }""", TestContext.Current.CancellationToken);
        await using TestApp app = await StartAsync(configuration => configuration.AddJsonFile(production, optional: true, reloadOnChange: true));
        Assert.Equal(["catalog", "pricing"], app.Mesh.Describe().Services.Select(service => service.Name));

        await File.WriteAllTextAsync(production, "", TestContext.Current.CancellationToken);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count == 1);

        Assert.Contains("appsettings.Production.json", app.Logs.Of("SettingsRefused")[0].Message, StringComparison.Ordinal);
        Assert.Equal(["catalog", "pricing"], app.Mesh.Describe().Services.Select(service => service.Name));
    }

    [Fact]
    public async Task The_applications_own_handler_of_broken_files_is_still_called()
    {
        await using Backend one = await Backend.StartAsync("one");
        await SaveAsync(Rules(one, "first"));
        int broken = 0;
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.SetBasePath(_folder.FullName);
            builder.Configuration.SetFileLoadExceptionHandler(context =>
            {
                Interlocked.Increment(ref broken);
                context.Ignore = true;
            });
            builder.Configuration.AddJsonFile("appsettings.json", optional: false, reloadOnChange: true);
            builder.AddServiceMesh();
        });

        await SaveAsync("""{ "Mesh": """);
        await Eventually.Holds(() => app.Logs.Of("SettingsRefused").Count == 1);
        await SaveAsync(Rules(one, "second"));
        await Eventually.Holds(() => Catalog(app).Routes[0] == "second");

        Assert.True(broken > 0);
        Assert.Single(app.Logs.Of("SettingsRefused"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_host_a_file_that_breaks_is_logged_and_one_that_vanishes_is_refused(bool hasContainer)
    {
        await using Backend one = await Backend.StartAsync("one");
        string production = Path.Combine(_folder.FullName, "appsettings.Production.json");
        await SaveAsync(Rules(one, "first"));
        await File.WriteAllTextAsync(production, """{ "Mesh": { "Outbound": { "UnknownHosts": "Deny" } } }""", TestContext.Current.CancellationToken);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddJsonFile(Settings, optional: false, reloadOnChange: true)
            .AddJsonFile(production, optional: true, reloadOnChange: true)
            .Build();
        using FakeLoggerProvider logs = new();
        await using ServiceProvider provider = WithoutHost(configuration, logs);
        await using ServiceMesh? created = hasContainer
            ? null
            : await ServiceMesh.CreateAsync(configuration.GetSection("Mesh"), provider.GetRequiredService<ILoggerFactory>(), configuration);
        IServiceMesh mesh = created ?? provider.GetRequiredService<IServiceMesh>();
        string version = mesh.Describe().SettingsVersion;

        await ReplaceAsync("""{ "Mesh": { "Enabled": yes } }""");
        await Eventually.Holds(() => logs.Collector.Of("SettingsRefused").Count == 1);
        Assert.Contains("LineNumber: 0 | BytePositionInLine: 23", logs.Collector.Of("SettingsRefused")[0].Message, StringComparison.Ordinal);
        await ReplaceAsync(Rules(one, "first"));
        await Eventually.Holds(() => configuration["Mesh:Services:catalog:Routes:0:Name"] == "first");

        File.Delete(production);
        await Eventually.Holds(() => logs.Collector.Of("SettingsRefused").Count == 2);

        Assert.Contains("appsettings.Production.json", logs.Collector.Of("SettingsRefused")[1].Message, StringComparison.Ordinal);
        Assert.Equal(version, mesh.Describe().SettingsVersion);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_host_a_list_that_two_files_put_together_is_a_fault(bool hasContainer)
    {
        await using Backend one = await Backend.StartAsync("one");
        string production = Path.Combine(_folder.FullName, "appsettings.Production.json");
        await SaveAsync(Rules(one, "first"));
        await File.WriteAllTextAsync(production, """{ "Mesh": { "Services": { "catalog": { "Routes": [ { "Timeout": "1s" } ] } } } }""", TestContext.Current.CancellationToken);
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonFile(Settings).AddJsonFile(production).Build();
        await using ServiceProvider provider = WithoutHost(configuration, new FakeLoggerProvider());

        MeshConfigurationException exception = hasContainer
            ? Assert.Throws<MeshConfigurationException>(provider.GetRequiredService<IServiceMesh>)
            : await Assert.ThrowsAsync<MeshConfigurationException>(() => ServiceMesh.CreateAsync(configuration.GetSection("Mesh"), root: configuration));

        Assert.Contains("appsettings.Production.json", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    private static ServiceProvider WithoutHost(IConfigurationRoot configuration, FakeLoggerProvider logs)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(logs));
        services.AddServiceMesh(configuration.GetSection("Mesh"), configuration);
        return services.BuildServiceProvider();
    }

    private static ServiceDescription Catalog(TestApp app) => app.Mesh.Describe().Services.Single(service => service.Name == "catalog");

    private static string Rules(Backend backend, string route, params string[] more) => $$"""
        { "Mesh": { "Services": { "catalog": {
            "Endpoints": [{{string.Join(", ", more.Prepend(backend.Address).Select(address => $"\"{address}\""))}}],
            "OutlierDetection": { "ConsecutiveErrors": 0 },
            "Routes": [ { "Name": "{{route}}" } ] } } } }
        """;

    private static async Task<int> CallsAsync(TestApp app, Backend backend)
    {
        backend.Requests.Clear();
        using HttpResponseMessage response = await app.Client().GetUriAsync("http://catalog/");
        return backend.Count;
    }

    private Task SaveAsync(string text) => File.WriteAllTextAsync(Settings, text, TestContext.Current.CancellationToken);

    /// <summary>Saves the file as a whole: nobody sees it empty or cut off in between.</summary>
    private async Task ReplaceAsync(string text)
    {
        string written = Path.Combine(_folder.FullName, "written.tmp");
        await File.WriteAllTextAsync(written, text, TestContext.Current.CancellationToken);
        File.Move(written, Settings, overwrite: true);
    }

    private Task<TestApp> StartAsync(Action<IConfigurationBuilder>? more = null) => TestApp.StartAsync(builder =>
    {
        builder.Configuration.AddJsonFile(Settings, optional: false, reloadOnChange: true);
        more?.Invoke(builder.Configuration);
        builder.AddServiceMesh();
    });
}
