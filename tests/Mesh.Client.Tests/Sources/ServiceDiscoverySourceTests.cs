using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Sources;

/// <summary>Endpoints from a Microsoft.Extensions.ServiceDiscovery provider that the application registered.</summary>
public sealed class ServiceDiscoverySourceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoints_come_and_go_while_it_runs()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        discovery["catalog"].Have(one.Address, two.Address);
        await Eventually.Holds(() => Endpoints(mesh).Count == 2);
        await client.ComesToGet("two", "http://catalog/");

        discovery["catalog"].Have(two.Address);
        await Eventually.Holds(() => Endpoints(mesh).Count == 1);
        one.Requests.Clear();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("two", await client.GetTextAsync("http://catalog/"));
        }

        Assert.Equal(0, one.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_in_flight_to_an_endpoint_that_leaves_finish(bool http2)
    {
        TaskCompletionSource headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource body = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend one = await Backend.StartAsync(
            "one",
            async context =>
            {
                if (context.Request.Path == "/headers")
                {
                    await headers.Task;
                }

                await context.Response.WriteAsync("o");
                await context.Response.Body.FlushAsync();
                await body.Task;
                await context.Response.WriteAsync("ne");
            },
            http2);
        await using Backend two = await Backend.StartAsync("two", http2: http2);
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();
        Version version = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        Task<string> beforeHeaders = GetAsync(client, "/headers", version);
        Task<string> beforeBody = GetAsync(client, "/body", version);
        await Eventually.Holds(() => one.Count == 2);

        discovery["catalog"].Have(two.Address);
        await Eventually.Holds(() => Endpoints(mesh).Any(endpoint => endpoint.Address == two.Address));
        Assert.Equal("two", await GetAsync(client, "/", version));
        headers.SetResult();
        body.SetResult();

        Assert.Equal("one", await beforeHeaders);
        Assert.Equal("one", await beforeBody);
        await Eventually.Holds(() => Assert.Single(mesh.Mesh.Describe().Services).ActiveCalls == 0);
    }

    [Fact]
    public async Task What_was_learnt_of_those_that_stay_stays()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend bad = await Backend.StartAsync("bad", Fail);
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address, bad.Address);
        await using TestMesh mesh = await TestMesh.StartAsync(
            """{ "Services": { "catalog": { "OutlierDetection": { "ConsecutiveErrors": 1, "BaseEjectionTime": "1h", "MaxEjectionTime": "1h" } } } }""",
            discovery.AddTo);
        int calls = 0;
        do
        {
            Assert.True(calls++ < 100, "No call came to one of the endpoints.");
            using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");
        }
        while (Endpoints(mesh) is not [{ Latency: not null }, { Latency: not null, State: EndpointState.Ejected }]);


        discovery["catalog"].Have(bad.Address, one.Address, "127.0.0.1:1");
        await Eventually.Holds(() => Endpoints(mesh).Count == 3);

        IReadOnlyList<EndpointDescription> endpoints = Endpoints(mesh);
        Assert.Equal([bad.Address, one.Address, "127.0.0.1:1"], endpoints.Select(endpoint => endpoint.Address));
        Assert.Equal([EndpointState.Ejected, EndpointState.Ready, EndpointState.Ready], endpoints.Select(endpoint => endpoint.State));
        Assert.Equal([true, true, false], endpoints.Select(endpoint => endpoint.Latency is not null));
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_starts_anew()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address, "127.0.0.1:1");
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        await mesh.Client().GetTextAsync("http://catalog/");

        discovery["catalog"].Have("127.0.0.1:1");
        await Eventually.Holds(() => Endpoints(mesh).Count == 1);
        discovery["catalog"].Have(one.Address);
        await Eventually.Holds(() => Endpoints(mesh).Any(endpoint => endpoint.Address == one.Address));

        Assert.Null(Assert.Single(Endpoints(mesh)).Latency);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_service_whose_endpoints_vanish_stays_the_meshs()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();
        await client.GetTextAsync("http://catalog/");

        discovery["catalog"].Have();
        await Eventually.Holds(() => Endpoints(mesh).Count == 0);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, exception.StatusCode);
        discovery["catalog"].Have(one.Address);
        await Eventually.Holds(() => Endpoints(mesh).Count == 1);
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_provider_that_throws_leaves_its_last_answer_in_force_and_is_asked_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await StartAsync(discovery, time);
        HttpClient client = mesh.Client();
        await client.GetTextAsync("http://catalog/");

        discovery["catalog"].Fail(new IOException("The registry is away."));
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && mesh.Logs.Of("ServiceDiscoveryFailed").Count == 1);
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        int before = discovery["catalog"].Questions;
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && discovery["catalog"].Questions > before + 3);
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        // One line for the change of state, not one for each time that it is found unchanged.
        FakeLogRecord line = Assert.Single(mesh.Logs.Of("ServiceDiscoveryFailed"));
        Assert.Equal("The registry is away.", line.Exception?.Message);
        Assert.EndsWith("its last answer holds.", line.Message, StringComparison.Ordinal);

        discovery["catalog"].Have(two.Address);
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && Endpoints(mesh).All(endpoint => endpoint.Address == two.Address));
        Assert.Equal("two", await client.GetTextAsync("http://catalog/"));

        discovery["catalog"].Fail(new IOException("Away again."));
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && mesh.Logs.Of("ServiceDiscoveryFailed").Count == 2);
    }

    [Fact]
    public async Task A_provider_that_fails_is_asked_ever_more_rarely_until_the_service_is_known()
    {
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        FakeDiscovery discovery = new();
        discovery["catalog"].Fail(new IOException("No such name."));
        await using TestMesh mesh = await StartAsync(discovery, time, """{ "Services": { "catalog": {} } }""");

        foreach (int seconds in (int[])[5, 10, 20, 20])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), await time.NextWait());
            time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await Eventually.Holds(() => discovery["catalog"].Questions == 5);
        Assert.EndsWith("it has not answered yet.", Assert.Single(mesh.Logs.Of("ServiceDiscoveryFailed")).Message, StringComparison.Ordinal);

        // So it stays until the name is known.
        discovery["catalog"].Have("127.0.0.1:1");
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(10)) && Endpoints(mesh).Count == 1);
        discovery["catalog"].Fail(new IOException("The registry is away."));
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && mesh.Logs.Of("ServiceDiscoveryFailed").Count == 2);
        time.Forget();
        int before = discovery["catalog"].Questions;
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && discovery["catalog"].Questions > before);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(5), await time.NextWait());
            time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task A_provider_that_always_tells_of_a_change_is_asked_with_a_pause()
    {
        FakeTimeProvider time = new();
        ConcurrentQueue<DateTimeOffset> asked = new();
        FakeDiscovery discovery = new();
        discovery["catalog"].Answer(endpoints =>
        {
            asked.Enqueue(time.GetUtcNow());
            endpoints.AddChangeToken(new CancellationChangeToken(new CancellationToken(canceled: true)));
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await StartAsync(discovery, time, """{ "Services": { "catalog": {} } }""");

        await Eventually.Holds(() => Advance(time, TimeSpan.FromMilliseconds(50)) && asked.Count >= 20);

        // Two questions each time, for http and https.
        DateTimeOffset[] times = [.. asked.Where((_, i) => i % 2 == 0)];
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(100), $"{pair.Second - pair.First}"));
    }

    [Fact]
    public async Task A_provider_that_cannot_tell_of_changes_is_asked_every_minute()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        discovery["catalog"].Tells = false;
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await StartAsync(discovery, time);
        HttpClient client = mesh.Client();
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        discovery["catalog"].Have(two.Address);
        TimeSpan waited = TimeSpan.Zero;
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(2)) && (waited += TimeSpan.FromSeconds(2)) > TimeSpan.Zero && Endpoints(mesh).All(endpoint => endpoint.Address == two.Address));

        Assert.True(waited >= TimeSpan.FromSeconds(60), $"It was asked after {waited}.");
        Assert.Equal("two", await client.GetTextAsync("http://catalog/"));
        Assert.Empty(mesh.Logs.Of("ServiceDiscoveryFailed"));
    }

    [Fact]
    public async Task A_token_that_cannot_be_followed_does_not_end_the_following()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        string address = one.Address;
        discovery["catalog"].Answer(endpoints =>
        {
            endpoints.Endpoints.Add(ServiceEndpoint.Create(IPEndPoint.Parse(address)));
            endpoints.AddChangeToken(new BrokenToken());
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await StartAsync(discovery, time);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        address = two.Address;
        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(1)) && Endpoints(mesh).All(endpoint => endpoint.Address == two.Address));

        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_silent_provider_counts_as_not_knowing_after_a_second_and_its_answer_takes_effect_when_it_comes()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        TaskCompletionSource silence = discovery["catalog"].Hold(one.Address);
        await using TestMesh mesh = await StartAsync(discovery, time, """{ "Outbound": { "UnknownHosts": "Deny" } }""");
        HttpClient client = mesh.Client();

        Task<string> call = client.GetTextAsync("http://catalog/");
        TimeSpan waited = TimeSpan.Zero;
        await Eventually.Holds(() => call.IsCompleted || (Advance(time, TimeSpan.FromMilliseconds(100)) && (waited += TimeSpan.FromMilliseconds(100)) < TimeSpan.Zero));

        Assert.Equal(MeshFailureReason.UnknownHost, (await Assert.ThrowsAsync<MeshException>(() => call)).Reason);
        Assert.True(waited >= TimeSpan.FromSeconds(1), $"It gave up after {waited}.");

        // From here on nobody waits for it.
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));

        silence.SetResult();
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 1);
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_provider_that_blocks_its_thread_counts_as_silent_too()
    {
        using ManualResetEventSlim blocked = new();
        FakeDiscovery discovery = new();
        discovery["catalog"].Answer(_ =>
        {
            blocked.Wait(Cancel);
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Outbound": { "UnknownHosts": "Deny" } }""", discovery.AddTo);
        HttpClient client = mesh.Client();
        using CancellationTokenSource patience = new();

        Task<HttpResponseMessage> impatient = Task.Run(() => client.GetAsync(new Uri("http://catalog/"), patience.Token), Cancel);
        await Eventually.Holds(() => discovery["catalog"].Questions == 1);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/").WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        blocked.Set();
    }

    [Fact]
    public async Task A_service_with_rules_waits_for_its_endpoints_too()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        TaskCompletionSource silence = discovery["catalog"].Hold(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": {} } }""", discovery.AddTo);

        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);
        silence.SetResult();

        Assert.Equal("one", await call);
    }

    [Fact]
    public async Task Fifty_first_calls_share_one_look_up()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        TaskCompletionSource held = discovery["catalog"].Hold(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();

        Task<string>[] calls = [.. Enumerable.Range(0, 50).Select(i => Task.Run(() => client.GetTextAsync($"http://{(i % 2 == 0 ? "catalog" : "catalog.default")}/"), Cancel))];
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);
        held.SetResult();

        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal("one", answer));
        Assert.Equal(2, discovery["catalog"].Providers);
        Assert.Equal(2, discovery["catalog"].Questions);
    }

    [Fact]
    public async Task A_first_call_by_the_synchronous_way_waits_for_the_look_up_too()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        TaskCompletionSource held = discovery["catalog"].Hold(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);

        Task<string> call = Task.Run(() => mesh.Client().SendText("http://catalog/"), Cancel);
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);
        held.SetResult();

        Assert.Equal("one", await call);
    }

    [Fact]
    public async Task The_first_callers_cancellation_does_not_end_the_look_up()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        TaskCompletionSource held = discovery["catalog"].Hold(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();
        using CancellationTokenSource first = new();

        Task<string> cancelled = client.GetStringAsync(new Uri("http://catalog/"), first.Token);
        Task<string> patient = client.GetTextAsync("http://catalog/");
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        held.SetResult();

        Assert.Equal("one", await patient);
        Assert.Equal(2, discovery["catalog"].Questions);
    }

    [Fact]
    public async Task A_first_call_without_an_execution_context_to_flow_works()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);
        HttpClient client = mesh.Client();

        Task<string> call;
        using (ExecutionContext.SuppressFlow())
        {
            call = client.GetTextAsync("http://catalog/");
        }

        Assert.Equal("one", await call);
    }

    [Fact]
    public async Task The_look_up_does_not_carry_the_first_callers_context_around()
    {
        AsyncLocal<string?> context = new();
        List<string?> seen = [];
        FakeDiscovery discovery = new();
        discovery["catalog"].Answer(_ =>
        {
            seen.Add(context.Value);
            return Task.CompletedTask;
        });
        FakeTimeProvider time = new();
        await using TestMesh mesh = await StartAsync(discovery, new ContextProbe(time, () => seen.Add(context.Value)), """{ "Outbound": { "UnknownHosts": "Deny" } }""");

        context.Value = "the first caller's";
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        TaskCompletionSource silence = discovery["silent"].Hold();
        Task silent = mesh.Client().GetTextAsync("http://silent/");
        await Eventually.Holds(() => silent.IsCompleted || !Advance(time, TimeSpan.FromMilliseconds(100)));
        silence.SetResult();
        context.Value = null;

        await Assert.ThrowsAsync<MeshException>(() => silent);
        Assert.True(seen.Count >= 2);
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public async Task A_provider_may_use_a_client_of_the_factory()
    {
        await using Backend registry = await Backend.StartAsync("registry");
        await using Backend one = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Routes:0:Name", "all"));
            builder.Services.AddSingleton(new Registry(new Uri($"http://{registry.Address}"), IPEndPoint.Parse(one.Address)));
            builder.Services.AddSingleton<IServiceEndpointProviderFactory, RegistryProviderFactory>();
            builder.AddServiceMesh();
        });

        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
        Assert.True(registry.Count > 0);
    }

    [Fact]
    public async Task Rules_of_the_settings_hold_over_discovered_endpoints()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address);
        await using TestMesh mesh = await TestMesh.StartAsync(
            """{ "Services": { "catalog": { "Routes": [ { "Name": "items", "Match": { "PathPrefix": "/items" } } ] } } }""",
            discovery.AddTo);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/items"));
        using HttpResponseMessage other = await mesh.Client().GetUriAsync("http://catalog/other");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        ServiceDescription catalog = Assert.Single(mesh.Mesh.Describe().Services);
        Assert.Equal("settings", catalog.RulesFrom);
        Assert.Equal("service discovery", catalog.EndpointsFrom);
        Assert.Equal(["items"], catalog.Routes);
    }

    [Fact]
    public async Task Endpoints_of_the_settings_win_until_they_are_taken_out()
    {
        await using Backend own = await Backend.StartAsync("own");
        await using Backend discovered = await Backend.StartAsync("discovered");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(discovered.Address);
        await using TestMesh mesh = await TestMesh.StartAsync($$"""{ "Services": { "catalog": { "Endpoints": ["{{own.Address}}"] } } }""", discovery.AddTo);
        Assert.Equal("own", await mesh.Client().GetTextAsync("http://catalog/"));

        mesh.Change("""{ "Services": { "catalog": { } , "other": {} } }""");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Single(service => service.Name == "catalog").EndpointsFrom == "service discovery");

        Assert.Equal("discovered", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Discovery_is_not_asked_for_a_service_whose_endpoints_the_settings_give()
    {
        FakeDiscovery discovery = new();
        discovery["catalog"].Fail(new IOException("Nobody knows it here."));
        await using TestMesh mesh = await TestMesh.StartAsync(
            """{ "Services": { "catalog": { "Endpoints": ["127.0.0.1:1"] }, "pricing": {} } }""", discovery.AddTo);

        await Eventually.Holds(() => discovery["pricing"].Questions > 0);

        Assert.DoesNotContain("catalog", discovery.Asked);
        Assert.Empty(mesh.Logs.Of("ServiceDiscoveryFailed"));
    }

    [Fact]
    public async Task Endpoints_of_the_settings_hold_until_discovery_has_answered_or_was_silent_for_too_long()
    {
        await using Backend own = await Backend.StartAsync("own");
        await using Backend discovered = await Backend.StartAsync("discovered");
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        TaskCompletionSource silence = discovery["catalog"].Hold(discovered.Address);
        await using TestMesh mesh = await StartAsync(discovery, time, $$"""{ "Services": { "catalog": { "Endpoints": ["{{own.Address}}"] } } }""");
        Assert.Equal("own", await mesh.Client().GetTextAsync("http://catalog/"));

        mesh.Change("""{ "Services": { "catalog": {} } }""");
        await Eventually.Holds(() => discovery["catalog"].Questions > 0);
        Assert.Equal("own", await mesh.Client().GetTextAsync("http://catalog/"));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Endpoints(mesh));

        silence.SetResult();
        await Eventually.Holds(() => Endpoints(mesh).Count == 1);
        Assert.Equal("discovered", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_dialled_is_left_out_and_named_and_the_others_stay()
    {
        await using Backend one = await Backend.StartAsync("one");
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(one.Address, "http://127.0.0.1:5001/with/path", "ftp://127.0.0.1:2121");
        await using TestMesh mesh = await TestMesh.StartAsync("{}", discovery.AddTo);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal([one.Address], Endpoints(mesh).Select(endpoint => endpoint.Address));
        string line = Assert.Single(mesh.Logs.Of("EndpointsUnusable")).Message;
        Assert.Contains("'catalog'", line, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:5001/with/path", line, StringComparison.Ordinal);
        Assert.Contains("ftp://127.0.0.1:2121", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_the_mesh_disposes_the_providers()
    {
        FakeDiscovery discovery = new();
        discovery["catalog"].Have("127.0.0.1:1");
        TaskCompletionSource never = discovery["silent"].Hold();
        TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": {}, "silent": {} } }""", discovery.AddTo);
        await Eventually.Holds(() => discovery.Live == 4 && discovery["silent"].Questions == 1);

        await mesh.DisposeAsync();

        await Eventually.Holds(() => discovery.Live == 0);
        never.SetResult();
    }

    [Fact]
    public async Task A_factory_that_throws_leaves_no_provider_behind()
    {
        FakeTimeProvider time = new();
        FakeDiscovery discovery = new();
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": {} } }""", builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            discovery.AddTo(builder);
            builder.Services.AddSingleton<IServiceEndpointProviderFactory>(new OtherFactory(query =>
                query.IncludedSchemes.Contains("https") ? throw new InvalidOperationException("No https.") : null));
        });

        await Eventually.Holds(() => Advance(time, TimeSpan.FromSeconds(5)) && discovery["catalog"].Providers >= 6);
        await mesh.DisposeAsync();

        await Eventually.Holds(() => discovery.Live == 0);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_disposed_does_not_keep_the_others()
    {
        FakeDiscovery discovery = new();
        TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": {} } }""", builder =>
        {
            builder.Services.AddSingleton<IServiceEndpointProviderFactory>(new OtherFactory(_ =>
                new OtherProvider("other", () => throw new InvalidOperationException("It does not end."))));
            discovery.AddTo(builder);
        });
        await Eventually.Holds(() => discovery["catalog"].Questions == 2);

        await mesh.DisposeAsync();

        await Eventually.Holds(() => discovery.Live == 0);
    }

    [Fact]
    public async Task A_pass_through_provider_is_disposed_at_once()
    {
        int made = 0;
        int disposed = 0;
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "Services": { "catalog": {} } }""", builder =>
            builder.Services.AddSingleton<IServiceEndpointProviderFactory>(new OtherFactory(_ =>
            {
                Interlocked.Increment(ref made);
                return new OtherProvider("Pass-through", () => Interlocked.Increment(ref disposed));
            })));

        await Eventually.Holds(() => Volatile.Read(ref disposed) == 2);
        Assert.Equal(2, made);
    }

    private static IReadOnlyList<EndpointDescription> Endpoints(TestMesh mesh) => Assert.Single(mesh.Mesh.Describe().Services).Endpoints;

    private static async Task<string> GetAsync(HttpClient client, string path, Version version)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://catalog{path}") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static bool Advance(FakeTimeProvider time, TimeSpan by)
    {
        time.Advance(by);
        return true;
    }

    private static Task<TestMesh> StartAsync(FakeDiscovery discovery, TimeProvider time, string rules = "{}") => TestMesh.StartAsync(rules, builder =>
    {
        builder.Services.AddSingleton(time);
        discovery.AddTo(builder);
    });

    private static Task Fail(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private sealed class BrokenToken : IChangeToken
    {
        public bool HasChanged => false;

        public bool ActiveChangeCallbacks => true;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => throw new InvalidOperationException("Broken.");
    }

    /// <summary>Looks at the context in which timers are made.</summary>
    private sealed class ContextProbe(FakeTimeProvider time, Action look) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // What a real timer would take along.
            ExecutionContext? captured = ExecutionContext.Capture();
            if (captured is not null)
            {
                ExecutionContext.Run(captured, _ => look(), null);
            }

            return time.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed record Registry(Uri Uri, EndPoint EndPoint);

    /// <summary>Asks a registry over HTTP, by a client that the application's factory makes.</summary>
    private sealed class RegistryProviderFactory(IHttpClientFactory clients, Registry registry) : IServiceEndpointProviderFactory, IServiceEndpointProvider
    {
        public bool TryCreateProvider(ServiceEndpointQuery query, out IServiceEndpointProvider provider)
        {
            provider = this;
            return true;
        }

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            using HttpClient client = clients.CreateClient("registry");
            await client.GetStringAsync(registry.Uri, cancellationToken);
            endpoints.Endpoints.Add(ServiceEndpoint.Create(registry.EndPoint));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class OtherFactory(Func<ServiceEndpointQuery, IServiceEndpointProvider?> create) : IServiceEndpointProviderFactory
    {
        public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider) =>
            (provider = create(query)) is not null;
    }

    /// <summary>Knows nothing.</summary>
    private sealed class OtherProvider(string name, Action dispose) : IServiceEndpointProvider
    {
        public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override string ToString() => name;

        public ValueTask DisposeAsync()
        {
            dispose();
            return ValueTask.CompletedTask;
        }
    }
}
