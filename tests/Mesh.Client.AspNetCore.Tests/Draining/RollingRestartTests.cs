using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.AspNetCore.Tests.Draining;

/// <summary>Processes that come and go under load, with a real config server that has no document of their service, or with none at all.</summary>
public sealed class RollingRestartTests
{
    private const int Replicas = 3;
    private const int Rounds = 2;
    private const int Callers = 8;

    [Fact]
    public async Task A_service_is_found_where_it_listens_and_no_more_once_it_has_stopped()
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        await using Consumer consumer = await Consumer.StartAsync(server.Address);
        await using WebApp catalog = await StartAsync(server, http2: false);
        string url = catalog.Url;

        await Eventually.Holds(() => consumer.Catalog.SequenceEqual([url]));
        Assert.Equal("hello", await consumer.Client().GetTextAsync("http://catalog/"));

        await catalog.StopAsync().InTime();

        Assert.Single(catalog.Logs.Of("Withdrawn"));
        Assert.Empty(consumer.Catalog);
    }

    [Fact]
    public async Task A_process_has_one_connection_to_its_config_server()
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        await using WebApp catalog = await StartAsync(server, http2: false);
        await Eventually.Holds(() => catalog.Registration?.Server is not null);

        Assert.Single(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections(), connection =>
            connection.RemoteEndPoint.Port == server.Port && connection.State == TcpState.Established);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replicas_are_restarted_one_after_the_other_and_no_call_fails(bool http2)
    {
        await using ConfigServer server = await ConfigServer.StartAsync();
        List<WebApp> replicas = [];
        try
        {
            for (int i = 0; i < Replicas; i++)
            {
                replicas.Add(await StartAsync(server, http2));
            }

            await using Consumer consumer = await Consumer.StartAsync(server.Address);
            await Eventually.Holds(() => consumer.Catalog.Count() == Replicas);
            await NoCallFailsAsync(consumer, HttpMethod.Get, http2, async calls =>
            {
                for (int i = 0; i < Rounds * Replicas; i++)
                {
                    int before = calls();
                    await replicas[i % Replicas].DisposeAsync();
                    replicas[i % Replicas] = await StartAsync(server, http2);
                    await Eventually.Holds(() => consumer.Catalog.Count() == Replicas);
                    await Eventually.Holds(() => calls() > before + Callers);
                }
            });
        }
        finally
        {
            foreach (WebApp replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }
    }

    // What was posted is not sent again by itself: a connection that is closed under it is a call that fails.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_config_server_what_is_posted_does_not_fail_either(bool http2)
    {
        List<WebApp> replicas = [];
        try
        {
            for (int i = 0; i < Replicas; i++)
            {
                replicas.Add(await StartAsync(0, http2));
            }

            int[] ports = [.. replicas.Select(replica => new Uri(replica.Url).Port)];
            await using Consumer consumer = await Consumer.StartAsync(
                [.. ports.Select((port, i) => ($"Mesh:Services:catalog:Endpoints:{i}", (string?)$"127.0.0.1:{port}"))]);
            await NoCallFailsAsync(consumer, HttpMethod.Post, http2, async calls =>
            {
                // Who has not called yet cannot have been told.
                await Eventually.Holds(() => calls() > Callers);
                for (int i = 0; i < Rounds * Replicas; i++)
                {
                    int before = calls();
                    replicas[i % Replicas].Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                    await replicas[i % Replicas].DisposeAsync();
                    replicas[i % Replicas] = await StartAsync(ports[i % Replicas], http2);
                    await Eventually.Holds(() => calls() > before + Callers);
                }
            });
        }
        finally
        {
            foreach (WebApp replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }
    }

    private static async Task NoCallFailsAsync(Consumer consumer, HttpMethod method, bool http2, Func<Func<int>, Task> meanwhile)
    {
        using CancellationTokenSource over = new();
        ConcurrentQueue<string> failures = new();
        int calls = 0;
        Task load = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            using HttpClient client = consumer.Client();
            while (!over.IsCancellationRequested)
            {
                using HttpRequestMessage request = new(method, "http://catalog/")
                {
                    Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                    Content = method == HttpMethod.Post ? new StringContent("1 bicycle") : null,
                };
                try
                {
                    using HttpResponseMessage answer = await client.SendAsync(request);
                    answer.EnsureSuccessStatusCode();
                    Interlocked.Increment(ref calls);
                }
                catch (Exception failure)
                {
                    failures.Enqueue(failure.ToString());
                }
            }
        })));
        await meanwhile(() => Volatile.Read(ref calls));
        await over.CancelAsync();
        await load.InTime();
        Assert.Empty(failures);
    }

    private static Task<WebApp> StartAsync(ConfigServer server, bool http2) => WebApp.StartAsync(
        $$"""{ "ConfigServer": { "Addresses": ["{{server.Address}}"] } }""",
        builder => builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1)),
        urls: null);

    private static Task<WebApp> StartAsync(int port, bool http2) => WebApp.StartAsync(
        """{ "Inbound": { "DrainTimeout": "1s" } }""",
        builder => builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1)),
        urls: null);
}
