using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using Mesh.ConfigServer.Telemetry;
using Mesh.ConfigServer.Tests.Hosting;
using Mesh.Model.Tests;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Tests.Rest;

public class DocumentationTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "config-server.md"));

    [Fact]
    public async Task The_page_has_every_route()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement api = (await server.Send("GET", "/openapi/v1.json")).Json;
        Assert.All(api.GetProperty("paths").EnumerateObject(), path => Assert.Contains(path.Name, s_page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_has_every_metric()
    {
        List<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ServerInstruments.Meter && !instrument.Name.StartsWith("mesh.test.", StringComparison.Ordinal))
                {
                    lock (names)
                    {
                        names.Add(instrument.Name);
                    }
                }
            },
        };
        listener.Start();
        await using TestServer server = await TestServer.StartAsync();
        lock (names)
        {
            Assert.NotEmpty(names);
            Assert.Equal(ServerInstruments.All.Select(row => row.Name).Order(), names.Distinct().Order());
            Assert.All(names, name => Assert.Contains(name.Replace('.', '_'), s_page, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_page_has_every_option() =>
        Assert.All(typeof(MeshConfigServerOptions).GetProperties(), option => Assert.Contains($"`{option.Name}`", s_page, StringComparison.Ordinal));

    [Fact]
    public void The_page_has_every_log_event()
    {
        LoggerMessageAttribute[] events =
        [
            .. typeof(MeshConfigServerOptions).Assembly.GetTypes()
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>(),
        ];
        Assert.NotEmpty(events);
        Assert.Equal(events.Length, events.Select(one => one.EventId).Distinct().Count());
        Assert.All(events, one => Assert.Matches($@"\|[ \d,]*\b{one.EventId}\b[ \d,]*\|[ \w,]*\b{one.EventName}\b", s_page));
    }
}
