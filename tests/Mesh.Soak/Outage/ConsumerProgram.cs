using System.Diagnostics;
using System.Text.Json;
using Mesh.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Soak.Outage;

/// <summary>
/// Calls the service all the time, through the mesh, and at the same moments with a plain client that goes round the same backends. Tells of
/// each call on its standard output.
/// </summary>
internal static class ConsumerProgram
{
    public const string Service = "catalog";

    /// <summary>The response header in which the rule in force shows.</summary>
    public const string RuleHeader = "x-rule";

    /// <summary>How long a first call waits for the config server: more than a process on a busy machine takes to compile its way.</summary>
    public static readonly TimeSpan FirstCallTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static readonly Lock s_output = new();

    public static async Task RunAsync(string name, string server, string cache, string[] backends)
    {
        using IHost host = await StartAsync(name, server, cache);
        using HttpClient meshed = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using HttpClient plain = new(new SocketsHttpHandler { UseProxy = false });
        meshed.Timeout = plain.Timeout = s_patience;

        Task over = Task.Run(Console.In.ReadToEndAsync);
        using PeriodicTimer timer = new(s_period);
        List<Task> calls = [];
        for (int turn = 0; !over.IsCompleted; turn++)
        {
            calls.RemoveAll(call => call.IsCompleted);
            calls.Add(CallAsync(name, meshed, Service, isMeshed: true));
            calls.Add(CallAsync(name, plain, backends[turn % backends.Length], isMeshed: false));
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(calls);
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(string name, string server, string cache)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = name });
        builder.Configuration.AddInMemoryCollection([
            new("Mesh:ConfigServer:Addresses:0", server),
            new("Mesh:ConfigServer:FirstCallTimeout", $"{FirstCallTimeout.TotalMilliseconds}ms"),
            .. cache.Length > 0 ? [new KeyValuePair<string, string?>("Mesh:ConfigServer:CacheDirectory", cache)] : Array.Empty<KeyValuePair<string, string?>>()]);
        builder.AddServiceMesh();
        builder.Services.AddHttpClient();
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task CallAsync(string consumer, HttpClient client, string host, bool isMeshed)
    {
        DateTimeOffset began = DateTimeOffset.UtcNow;
        long start = Stopwatch.GetTimestamp();
        string? rule = null;
        Exception? failure = null;
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{host}/"));
            answer.EnsureSuccessStatusCode();
            rule = answer.Headers.TryGetValues(RuleHeader, out IEnumerable<string>? values) ? values.Single() : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            failure = exception;
        }

        CallRecord record = new(
            consumer, isMeshed, began.ToUnixTimeMilliseconds(), Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            failure is null ? null : isMeshed ? (failure as MeshException)?.Endpoint : host,
            rule, ReasonOf(failure), (int?)(failure as HttpRequestException)?.StatusCode);
        lock (s_output)
        {
            Console.WriteLine(JsonSerializer.Serialize(record));
        }
    }

    private static string? ReasonOf(Exception? failure) => failure switch
    {
        null => null,
        MeshException mesh => $"{mesh.Reason}",
        HttpRequestException http => $"{http.HttpRequestError}",
        _ => "Timeout",
    };
}
