using Mesh.Client;
using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Tests.Documents;

/// <summary>Documents of ten megabytes are read in seconds. With time that grows by the square it would be minutes, or hours.</summary>
public sealed class LargeDocumentsTests : IDisposable
{
    private const int Size = 10_000_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Ten_megabytes_of_services()
    {
        const int Services = 20_000;
        string label = new('x', 250);
        DocumentResult<MeshSettings> result = await ReadAsync(Enumerable.Range(0, Services).Select(service =>
            $$"""
            "service-{{service}}": { "Endpoints": [{{string.Join(',', Enumerable.Range(1, 8).Select(host => $"\"10.0.{service % 250}.{host}:80\""))}}],
            "Routes": [ { "Name": "r", "Match": { "PathPrefix": "/{{label}}" }, "Timeout": "2s", "Retry": { "Attempts": 2 } }, { "Name": "rest" } ] }
            """));

        Assert.Empty(result.Faults);
        Assert.Equal((Services, 8, 2), (result.Value!.Services.Length, result.Value.Services[^1].Endpoints!.Value.Length, result.Value.Services[^1].Routes.Length));
    }

    [Fact]
    public async Task Ten_megabytes_of_services_with_a_fault_in_each()
    {
        const int Services = 100_000;
        DocumentResult<MeshSettings> result = await ReadAsync(Enumerable.Range(0, Services).Select(service =>
            $$"""
            "service-{{service}}": { "Hosts": ["one.example.test"], "Endpoints": ["nowhere"], "Routes": { "main": { "Timeout": "soon" } } }
            """));

        Assert.Equal((3 * Services) - 1, result.Faults.Length);
    }

    [Fact]
    public async Task Ten_megabytes_of_keys_that_no_setting_has()
    {
        const int Keys = 250_000;
        DocumentResult<MeshSettings> result = await ReadAsync(
            [$$"""
            "catalog": { {{string.Join(',', Enumerable.Range(0, Keys).Select(key => $"\"unknown-setting-{key}\": \"{new string('x', 15)}\""))}} }
            """]);

        MeshConfigurationException exception = new(result.Faults);

        Assert.Equal((Keys, Keys), (result.Faults.Length, exception.Faults.Count));
        Assert.InRange(exception.Message.Length, 1, 100_000);
        Assert.EndsWith("… and 249900 more.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_ten_megabytes()
    {
        DocumentResult<MeshSettings> result = await ReadAsync(
            [$$"""
            "catalog": { "Routes": [ { "DirectResponse": { "StatusCode": 200, "Body": "{{new string('x', Size)}}" } } ] }
            """]);

        Assert.Equal(Size, result.Value!.Services[0].Routes[0].DirectResponse!.Body!.Length);
    }

    private async Task<DocumentResult<MeshSettings>> ReadAsync(IEnumerable<string> services)
    {
        await File.WriteAllTextAsync(_file, $$"""{ "Mesh": { "Services": { {{string.Join(',', services)}} } } }""", TestContext.Current.CancellationToken);
        Assert.True(new FileInfo(_file).Length >= Size);
        return await Task.Run(() => Doc.ReadConfiguration(new ConfigurationBuilder().AddJsonFile(_file).Build()))
            .WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }
}
