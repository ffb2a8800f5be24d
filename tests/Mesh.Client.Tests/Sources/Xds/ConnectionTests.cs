using System.Net;
using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Client.Transport.Tls;
using Mesh.Model;
using Mesh.Model.Xds;
using Microsoft.Extensions.DependencyInjection;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>Whatever becomes of config servers and their streams, calls go on by what was said last.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Calls_go_on_while_the_server_is_gone_and_what_changed_meanwhile_is_learnt_when_it_is_back()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DisposeAsync();
        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Null(mesh.Mesh.Describe().ConfigServer!.Address);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await using AdsServer again = await AdsServer.StartAsync(server.Port);
        again.State = (1, 2);
        await again.PutAsync("catalog.default", two.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == two.Address);

        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => mesh.Logged("ConfigServerConnected") == 2);
        Assert.Equal(1, mesh.Logged("ConfigServerLost"));
        Wire.Node node = again.Streams.First().Node!;
        Assert.Equal(("1", "1"), (node.Metadata.Fields["MESH_EPOCH"].StringValue, node.Metadata.Fields["MESH_GENERATION"].StringValue));
        Assert.Single(again.Requests.First(request => request.TypeUrl == XdsTypes.Cluster).InitialResourceVersions);
    }

    [Fact]
    public async Task A_fault_of_its_own_is_told_of_and_the_server_is_heard_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", one.Address);
        WatchedTime time = new(DateTimeOffset.UtcNow);
        Breaking waits = new();
        await using TestMesh mesh = await TestMesh.StartAsync(
            ServedMesh.Rules([server.Address]), builder => builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(new XdsPacing { Random = waits }));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        waits.IsBroken = true;
        await server.DisposeAsync();
        await Eventually.Holds(() => mesh.Logged("ConfigServerFailed") == 1);
        waits.IsBroken = false;

        await using AdsServer again = await AdsServer.StartAsync(server.Port);
        again.State = (1, 2);
        await again.PutAsync("catalog.default", two.Address);
        await Eventually.Holds(() =>
        {
            time.Advance(again.Streams.IsEmpty ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            return mesh.Service().Endpoints.Single().Address == two.Address;
        });
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task What_is_the_same_as_before_is_not_sent_again()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        server.Open.Single().End();

        await Eventually.Holds(() => server.Streams.Count == 2 && mesh.Mesh.Describe().ConfigServer!.Address is not null);
        Wire.DeltaDiscoveryRequest[] second = [];
        await Eventually.Holds(() => (second = Second()).Length == 4);
        Assert.Equal([0, 1, 1, 1], second.Select(request => request.InitialResourceVersions.Count));
        Assert.Equal(0, mesh.Logged("ConfigServerLost"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        Wire.DeltaDiscoveryRequest[] Second() => [.. server.Requests.SkipWhile(request => request.Node is null).Skip(1).SkipWhile(request => request.Node is null).Where(request => request.ResourceNamesSubscribe.Count > 0)];
    }

    [Fact]
    public async Task The_next_server_stands_in_for_one_that_is_gone_until_it_is_back()
    {
        await using Backend backend = await Backend.StartAsync("one");
        AdsServer first = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        await first.PutAsync("catalog.default", backend.Address);
        await second.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync([first.Address, second.Address]);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(second.Streams);

        await first.DisposeAsync();
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address == second.Address);

        await using AdsServer back = await AdsServer.StartAsync(first.Port);
        await back.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Address == back.Address, TimeSpan.FromSeconds(30));
        await Eventually.Holds(() => !second.Open.Any());
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_behind_is_left(bool refusesItself)
    {
        await using Backend newest = await Backend.StartAsync("newest");
        await using Backend old = await Backend.StartAsync("old");
        AdsServer first = await AdsServer.StartAsync();
        await using AdsServer behind = await AdsServer.StartAsync();
        first.State = (1, 5);
        behind.State = (1, 4);
        await first.PutAsync("catalog.default", newest.Address);
        await behind.PutAsync("catalog.default", old.Address);
        if (refusesItself)
        {
            behind.Script = async stream =>
            {
                await stream.ReadAsync();
                stream.End("9");
            };
        }

        await using TestMesh mesh = await ServedMesh.StartAsync([first.Address, behind.Address]);
        Assert.Equal("newest", await mesh.Client().GetTextAsync("http://catalog/"));

        await first.DisposeAsync();
        await Eventually.Holds(() => mesh.Logged("ConfigServerBehind") > 0);

        Assert.Equal("newest", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("1.5", mesh.Mesh.Describe().ConfigServer!.State);

        // Once it has caught up it is as good as any.
        behind.Script = null;
        behind.State = (1, 5);
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == old.Address);
    }

    [Theory]
    [InlineData("bytes that are no message")]
    [InlineData("half a message, then a reset")]
    [InlineData("a message that is too long")]
    [InlineData("an error")]
    [InlineData("a reset")]
    public async Task A_stream_that_breaks_is_begun_anew(string how)
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        server.Script = async stream =>
        {
            await stream.ReadAsync();
            if (server.Streams.Count > 2)
            {
                await stream.TellAsync(XdsTypes.Listener, ["catalog.default"]);
                await stream.TellAsync(XdsTypes.RouteConfiguration, ["catalog.default"]);
                await stream.TellAsync(XdsTypes.Cluster, ["catalog.default"]);
                await stream.TellAsync(XdsTypes.ClusterLoadAssignment, ["catalog.default"]);
                await stream.ServeAsync();
                return;
            }

            switch (how)
            {
                case "bytes that are no message":
                    await stream.SendAsync([0xff, 0xff, 0xff, 0xff]);
                    await stream.ServeAsync();
                    break;
                case "half a message, then a reset":
                    await stream.SendRawAsync([0, 0, 0, 1, 0, 1, 2, 3]);
                    stream.Reset();
                    break;
                case "a message that is too long":
                    await stream.SendRawAsync([0, 0x7f, 0, 0, 0]);
                    await stream.ServeAsync();
                    break;
                case "an error":
                    stream.End("13");
                    break;
                default:
                    stream.Reset();
                    break;
            }
        };
        await using TestMesh mesh = await ServedMesh.StartAsync(server, """ "FirstCallTimeout": "10s" """);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal((3, 1), (server.Streams.Count, mesh.Logged("ConfigServerLost")));
    }

    [Fact]
    public async Task A_flood_is_answered_response_by_response_and_the_last_is_in_force()
    {
        const int Responses = 500;
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", "127.0.0.1:1");
        await using TestMesh mesh = await ServedMesh.StartAsync(server, "", """ "Upstreams": ["catalog"] """);
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 1);

        for (int port = 2; port < Responses; port++)
        {
            await server.PutAsync("catalog.default", $"127.0.0.1:{port}");
        }

        await server.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == backend.Address);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => server.Requests.Count(request => request.ResponseNonce.Length > 0) >= Responses * 4);
        Assert.Empty(server.Refusals);
    }

    [Fact]
    public async Task A_bad_resource_is_refused_with_its_path_and_the_good_one_stays()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync(XdsTypes.Cluster, "catalog.default", [0x0a, 0xff]);
        await Eventually.Holds(() => server.Refusals.Any());
        await Eventually.Holds(() => mesh.Logged("ResourceRefused") == 1);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        RefusedResource refused = Assert.Single(mesh.Mesh.Describe().ConfigServer!.Refused);
        Assert.Equal(("Cluster", "catalog.default"), (refused.Type, refused.Name));
        Assert.Contains("The one before it stays in force.", mesh.Message("ResourceRefused"), StringComparison.Ordinal);

        await server.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { CircuitBreaker = new CircuitBreakerSettings { MaxRequests = 7 } });
        await Eventually.Holds(() => mesh.Limit() == 7);
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
    }

    [Fact]
    public async Task A_service_whose_certificates_are_not_here_is_refused_and_not_called_in_plain_text()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { Tls = new TlsSettings { CaCertificates = "nowhere.pem" } });
        await using TestMesh mesh = await ServedMesh.StartAsync(server, "", $$""" "Services": { "catalog": { {{Rules.Endpoints(backend.Address)}} } } """);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        Assert.Equal((MeshFailureReason.NoEndpoints, HttpStatusCode.ServiceUnavailable), (exception.Reason, exception.StatusCode));
        Assert.Contains("Cluster 'catalog.default'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere.pem", exception.Message, StringComparison.Ordinal);
        await Eventually.Holds(() => server.Refusals.Any());
        Assert.Contains("nowhere.pem", Assert.Single(server.Refusals), StringComparison.Ordinal);
        Assert.Equal(0, backend.Count);

        await server.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Endpoints_that_come_with_a_cluster_that_is_refused_are_not_called_by_the_one_before()
    {
        await using Backend plain = await Backend.StartAsync("plain");
        await using Backend secured = await Backend.StartAsync("secured");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", plain.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        Assert.Equal("plain", await mesh.Client().GetTextAsync("http://catalog/"));

        TlsSettings tls = new() { CaCertificates = "/nope/ca.pem" };
        await server.PutAsync("catalog.default", AdsServer.Service(secured.Address, plain.Address) with { Tls = tls });
        await Eventually.Holds(() => mesh.Mesh.Describe().ConfigServer!.Refused.Count == 1);
        Assert.Equal([plain.Address], mesh.Service().Endpoints.Select(endpoint => endpoint.Address));
        Assert.Equal("plain", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.PutAsync("catalog.default", AdsServer.Service(secured.Address) with { Tls = tls });
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 0);
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Contains("'/nope/ca.pem'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, secured.Count);

        await server.PutAsync("catalog.default", secured.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Count == 1);
        Assert.Equal("secured", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_service_whose_certificates_come_later_is_called_then()
    {
        string file = Path.Combine(Path.GetTempPath(), $"mesh-{Guid.NewGuid():N}.pem");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", AdsServer.Service("127.0.0.1:1") with { Tls = new TlsSettings { CaCertificates = file } });
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await TestMesh.StartAsync(
            ServedMesh.Rules([server.Address], """ "FirstCallTimeout": "1h" """), builder => builder.Services.AddSingleton<TimeProvider>(time));
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(mesh.Service().Endpoints);

        using TestAuthority authority = new();
        await File.WriteAllTextAsync(file, authority.Pem, TestContext.Current.CancellationToken);
        await Eventually.Holds(() =>
        {
            time.Advance(CertificateFiles.Interval);
            return mesh.Service().Endpoints.Count == 1;
        });

        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);
        File.Delete(file);
    }

    [Fact]
    public async Task A_preferred_server_that_takes_connections_and_does_not_answer_costs_the_other_nothing()
    {
        await using Backend backend = await Backend.StartAsync("one");
        AdsServer first = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        await second.PutAsync("catalog.default", backend.Address);
        await first.DisposeAsync();
        await using TestMesh mesh = await ServedMesh.StartAsync([first.Address, second.Address]);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await using AdsServer back = await AdsServer.StartAsync(first.Port);
        back.IsMute = true;
        await Eventually.Holds(() => !back.Requests.IsEmpty);

        await second.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { CircuitBreaker = new CircuitBreakerSettings { MaxRequests = 7 } });
        await Eventually.Holds(() => mesh.Limit() == 7);
        Assert.Equal(second.Address, mesh.Mesh.Describe().ConfigServer!.Address);
        Assert.False(Assert.Single(second.Streams).IsOver);
    }

    [Fact]
    public async Task A_server_that_answers_and_fails_again_and_again_is_told_of_once_and_left_for_the_next()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer bad = await AdsServer.StartAsync();
        await using AdsServer good = await AdsServer.StartAsync();
        await good.PutAsync("catalog.default", backend.Address);
        bad.Script = async stream =>
        {
            await stream.ReadAsync();
            await stream.SendAsync(new Wire.DeltaDiscoveryResponse { TypeUrl = XdsTypes.Cluster, Nonce = "n" });
            await stream.ReadAsync();
            stream.End("13");
        };

        await using TestMesh mesh = await ServedMesh.StartAsync([bad.Address, good.Address]);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(1, mesh.Logged("ConfigServerLost"));
        Assert.Contains("Internal", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_takes_the_stream_and_says_nothing_is_left_for_the_next()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer mute = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        mute.IsMute = true;
        await second.PutAsync("catalog.default", backend.Address);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        Task<TestMesh> starting = TestMesh.StartAsync(
            ServedMesh.Rules([mute.Address, second.Address], """ "FirstCallTimeout": "1h" """),
            builder =>
            {
                ServedMesh.Configure(builder);
                builder.Services.AddSingleton<TimeProvider>(time);
            });
        await Eventually.Holds(() => !mute.Requests.IsEmpty);
        Assert.Empty(second.Streams);
        Assert.False(starting.IsCompleted);

        time.Advance(AdsStream.FirstAnswerWithin);

        await using TestMesh mesh = await starting.InTime();
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/").InTime());
        Assert.Contains("has not answered within 15 s", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.Contains("Nothing is known", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_lets_the_stream_wait_in_line_is_waited_for(bool answers)
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer busy = await AdsServer.StartAsync();
        await using AdsServer second = await AdsServer.StartAsync();
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        busy.Script = async stream =>
        {
            await stream.TakeAsync();
            await turn.Task;
            await stream.ServeAsync();
        };
        await (answers ? busy : second).PutAsync("catalog.default", backend.Address);
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        Task<TestMesh> starting = TestMesh.StartAsync(
            ServedMesh.Rules([busy.Address, second.Address], """ "FirstCallTimeout": "1h" """),
            builder =>
            {
                ServedMesh.Configure(builder);
                builder.Services.AddSingleton<TimeProvider>(time);
            });
        await Eventually.Holds(() => time.Changes.Contains(AdsStream.TurnWithin));
        time.Advance(AdsStream.TurnWithin - TimeSpan.FromSeconds(1));
        Assert.Single(busy.Open);
        if (answers)
        {
            turn.SetResult();
        }
        else
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await using TestMesh mesh = await starting.InTime();
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/").InTime());
        Assert.Equal(answers ? 0 : 1, second.Streams.Count);
        turn.TrySetResult();
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_tried_every_second_however_long_that_lasts()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port;
        await using (AdsServer gone = await AdsServer.StartAsync())
        {
            port = gone.Port;
        }

        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await TestMesh.StartAsync(
            ServedMesh.Rules([$"http://127.0.0.1:{port}"], """ "FirstCallTimeout": "1h" """),
            builder =>
            {
                builder.Services.AddSingleton(new XdsPacing { Random = new Largest() }).AddSingleton<IIdentitySource>(new NoIdentity());
                builder.Services.AddSingleton<TimeProvider>(time);
            });
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Backoff.Base, await NextTryAsync());
            time.Advance(Backoff.Base);
        }

        await NextTryAsync();
        await using AdsServer back = await AdsServer.StartAsync(port);
        await back.PutAsync("catalog.default", backend.Address);
        time.Advance(Backoff.Base);

        Assert.Equal("one", await call.InTime());

        async Task<TimeSpan> NextTryAsync()
        {
            TimeSpan wait;
            do
            {
                wait = await time.NextWait();
            }
            while (wait >= AdsStream.FirstAnswerWithin);

            return wait;
        }
    }

    [Fact]
    public async Task A_server_that_hangs_after_its_first_answer_is_left_and_its_silence_is_no_answer()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        server.Script = async stream =>
        {
            // The start is over with the first word.
            await stream.ReadAsync();
            await stream.TellAsync(XdsTypes.Listener, ["web.default"]);
            while (!stream.Follows(XdsTypes.ClusterLoadAssignment, "catalog.default"))
            {
                await stream.ReadAsync();
            }

            await stream.TellAsync(XdsTypes.Cluster, ["catalog.default"]);
            await stream.ReadAsync();
            server.IsMute = true;
            await stream.ServeAsync();
        };
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using TestMesh mesh = await TestMesh.StartAsync(
            ServedMesh.Rules([server.Address], """ "FirstCallTimeout": "2s" """), builder =>
            {
                ServedMesh.Configure(builder);
                builder.Services.AddSingleton<TimeProvider>(time);
            });
        Task<string> call = mesh.Client().GetTextAsync("http://catalog/");
        await Eventually.Holds(() => server.Requests.Any(request => request.ResponseNonce.Length > 0));

        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return mesh.Logged("ConfigServerLost") == 1;
        });

        Assert.Contains("It has said nothing of", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.True(time.GetUtcNow() >= DateTimeOffset.UnixEpoch + ResourceStore.AnswerWithin);
        Assert.Equal(MeshFailureReason.ConfigServerSilent, (await Assert.ThrowsAsync<MeshException>(() => call)).Reason);
        Assert.Equal(MeshFailureReason.ConfigServerSilent, (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"))).Reason);

        server.Script = null;
        server.IsMute = false;
        await server.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return mesh.Mesh.Describe().Services.Count == 1;
        });
    }

    [Fact]
    public async Task Plain_text_to_another_machine_is_warned_of()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        await using TestMesh mesh = await ServedMesh.StartAsync([server.Address, "http://config.invalid:15010"]);

        await Eventually.Holds(() => mesh.Logged("ConfigServerInPlainText") == 1);

        Assert.Contains("from http://config.invalid:15010:", mesh.Message("ConfigServerInPlainText"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stream_is_there_before_the_first_call_and_asks_for_the_caller_itself()
    {
        await using AdsServer server = await AdsServer.StartAsync();

        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        Assert.NotNull(mesh.Mesh.Describe().ConfigServer!.Address);
        Assert.Equal(["web.default"], server.Requests.SelectMany(request => request.ResourceNamesSubscribe));
        Assert.Equal(XdsTypes.Listener, server.Requests.First().TypeUrl);
        Assert.Empty(mesh.Mesh.Describe().Services);
    }

    [Fact]
    public async Task Unknown_types_and_strangers_do_no_harm()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);
        await server.PutAsync("stranger.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, "", """ "Upstreams": ["catalog"] """);
        await Eventually.Holds(() => server.Open.Any(stream => stream.Follows(XdsTypes.Cluster, "catalog.default")));

        ServedStream stream = server.Open.Single();
        await stream.SendAsync(new Wire.DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/odd", Nonce = "x" });
        await stream.TellAsync(XdsTypes.Cluster, ["stranger.default"]);
        await server.PutAsync("catalog.default", AdsServer.Service(backend.Address) with { CircuitBreaker = new CircuitBreakerSettings { MaxRequests = 7 } });
        await Eventually.Holds(() => mesh.Limit() == 7);

        Assert.Single(server.Streams);
        Assert.Empty(server.Refusals);
        Assert.Single(mesh.Mesh.Describe().Services);
    }

    private sealed class Largest : Random
    {
        public override double NextDouble() => 1;
    }

    private sealed class Breaking : Random
    {
        public bool IsBroken { get; set; }

        public override double NextDouble() => IsBroken ? throw new InvalidOperationException("Nobody foresaw it.") : 0.02;
    }
}
