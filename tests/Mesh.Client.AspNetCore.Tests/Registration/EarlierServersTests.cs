using Grpc.Core;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Model.Xds.Wire.RegisterRequest;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>Servers do not know of each other's processes: each is to be registered with the one that clients prefer, once that is there.</summary>
public sealed class EarlierServersTests
{
    [Fact]
    public async Task One_that_is_back_has_the_process_again_before_the_later_one_is_left()
    {
        FakeTimeProvider time = new();
        await using RegistryServer two = await RegistryServer.StartAsync();
        two.Script = static stream =>
        {
            stream.KeepAliveInterval = TimeSpan.FromSeconds(5);
            return stream.BeGoodAsync();
        };
        int port = await FreePort();
        await using WebApp app = await WebApp.StartAsync(At($"http://127.0.0.1:{port}", two.Address), builder => builder.Services.AddSingleton<TimeProvider>(time), environment: Environments.Development);
        RegistryStream later = await two.Heard(1, MessageOneofCase.Registration);
        await Passes(time, () => app.Registration?.Server == two.Address);

        await using RegistryServer one = await RegistryServer.StartAsync(port);

        await Passes(time, () => app.Registration?.Server == one.Address);
        Assert.True(one.Last.Registration.Epoch > later.Registration.Epoch);

        // Clients come back in their own time, up to 30 s, and until then they hear of it there.
        int before = later.Requests.Count;
        await Passes(time, () => later.Requests.Count - before == 5);
        Assert.All(later.Requests.Skip(before), request => Assert.Equal(MessageOneofCase.KeepAlive, request.MessageCase));
        await Passes(time, () => later.IsOver);
        Assert.DoesNotContain(later.Requests, request => request.MessageCase == MessageOneofCase.Withdrawal);
        Assert.Single(two.Streams);
        Assert.Equal(one.Address, app.Registration?.Server);
        Assert.Empty(app.Logs.Of("Withdrawn"));
    }

    // Real ones, which believe what they were told alone.
    [Fact]
    public async Task Clients_find_the_process_at_the_one_that_is_back()
    {
        await using ConfigServer two = await ConfigServer.StartAsync();
        int port = await FreePort();
        string first = $"http://127.0.0.1:{port}";

        // Each of the servers has an authority of its own, which the other one's clients do not trust.
        await using WebApp app = await WebApp.StartAsync(
            At(first, two.Address), builder => builder.Services.AddSingleton<IIdentitySource>(new NoIdentity()), environment: Environments.Development);
        await using Consumer consumer = await Consumer.StartAsync(
            ("Mesh:ConfigServer:Addresses:0", first), ("Mesh:ConfigServer:Addresses:1", two.Address), ("Mesh:Upstreams", "catalog"));
        await Eventually.Holds(() => consumer.Catalog.SequenceEqual([app.Url]));

        await using ConfigServer one = await ConfigServer.StartAsync(port);

        await Eventually.Holds(() => app.Registration?.Server == first && consumer.Mesh.Describe().ConfigServer?.Address == first, within: TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => consumer.Catalog.SequenceEqual([app.Url]));
        Assert.Equal("hello", await consumer.Client().GetTextAsync("http://catalog/"));
        await app.StopAsync().InTime();
        Assert.Equal(2, app.Logs.Of("Withdrawn").Count);
    }

    [Fact]
    public async Task A_process_that_stops_is_withdrawn_from_the_later_one_as_well()
    {
        await using RegistryServer two = await RegistryServer.StartAsync();
        int port = await FreePort();
        await using WebApp app = await WebApp.StartAsync(At($"http://127.0.0.1:{port}", two.Address), environment: Environments.Development);
        RegistryStream later = await two.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server == two.Address);
        await using RegistryServer one = await RegistryServer.StartAsync(port);
        await Eventually.Holds(() => app.Registration?.Server == one.Address);

        await app.StopAsync().InTime();

        Assert.Equal(MessageOneofCase.Withdrawal, later.Requests.Last().MessageCase);
        Assert.Equal(MessageOneofCase.Withdrawal, one.Last.Requests.Last().MessageCase);
        Assert.Equal(2, app.Logs.Of("Withdrawn").Count);
    }

    [Fact]
    public async Task One_that_refuses_the_process_is_told_of_and_the_later_one_keeps_it()
    {
        await using RegistryServer two = await RegistryServer.StartAsync();
        int port = await FreePort();
        await using WebApp app = await WebApp.StartAsync(At($"http://127.0.0.1:{port}", two.Address), environment: Environments.Development);
        await Eventually.Holds(() => app.Registration?.Server == two.Address);
        await using RegistryServer one = await RegistryServer.StartAsync(port);
        one.Script = static async stream =>
        {
            await stream.ReadAsync();
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not you."));
        };

        await one.Heard(2, MessageOneofCase.Registration);

        Assert.Contains("Not you", Assert.Single(app.Logs.Of("EarlierServerRefuses")).Message, StringComparison.Ordinal);
        Assert.Equal(two.Address, app.Registration?.Server);
        Assert.Single(two.Streams);

        await app.StopAsync().InTime();
        Assert.Equal(MessageOneofCase.Withdrawal, two.Last.Requests.Last().MessageCase);
        Assert.DoesNotContain(one.Streams, stream => stream.Requests.Any(request => request.MessageCase == MessageOneofCase.Withdrawal));
    }

    // What it believed before is given up when its grace is over.
    [Fact]
    public async Task One_is_tried_often_enough_to_have_the_process_within_its_grace()
    {
        FakeTimeProvider time = new();
        await using RegistryServer two = await RegistryServer.StartAsync();
        int port = await FreePort();
        await using WebApp app = await WebApp.StartAsync(
            At($"http://127.0.0.1:{port}", two.Address),
            builder => builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(new XdsPacing { Random = new LongestWaits() }),
            environment: Environments.Development);
        await Passes(time, () => app.Registration?.Server == two.Address);
        await using RegistryServer one = await RegistryServer.StartAsync(port);
        one.Script = static async stream =>
        {
            await stream.ReadAsync();
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not you."));
        };
        DateTimeOffset start = time.GetUtcNow();

        await Passes(time, () => one.Streams.Count == 9);

        // Waits of up to 30 s would be 99 s, those of up to 10 s are 56 s.
        Assert.True(time.GetUtcNow() - start < TimeSpan.FromSeconds(80));
    }

    [Fact]
    public async Task One_that_refuses_an_address_has_the_others_and_the_later_one_all()
    {
        await using RegistryServer two = await RegistryServer.StartAsync();
        int port = await FreePort();
        await using WebApp app = await WebApp.StartAsync(
            $$"""{ "Inbound": { "Addresses": ["http://10.0.0.5:80", "http://192.168.1.5:90"] }, {{At($"http://127.0.0.1:{port}", two.Address)[1..]}}""", environment: Environments.Development);
        await Eventually.Holds(() => app.Registration?.Server == two.Address);
        await using RegistryServer one = await RegistryServer.StartAsync(port);
        one.Script = static async stream =>
        {
            await stream.ReadAsync();
            if (stream.Registration.Addresses.Count > 1)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "registration.addresses[1].host: 192.168.1.5 is in none of AddressRanges."));
            }

            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };

        await Eventually.Holds(() => app.Registration?.Server == one.Address);

        Assert.Equal(["http://10.0.0.5:80"], app.Registration!.Addresses);
        Assert.Equal(2, Assert.Single(two.Last.Registrations).Addresses.Count);
        Assert.Single(app.Logs.Of("AddressesRefused"));
    }

    [Fact]
    public async Task A_change_is_told_to_the_one_that_is_back()
    {
        await using RegistryServer two = await RegistryServer.StartAsync();
        int port = await FreePort();
        string servers = At($"http://127.0.0.1:{port}", two.Address);
        await using WebApp app = await WebApp.StartAsync(servers, environment: Environments.Development);
        await Eventually.Holds(() => app.Registration?.Server == two.Address);
        await using RegistryServer one = await RegistryServer.StartAsync(port);
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        one.Script = async stream =>
        {
            await stream.ReadAsync();
            await answer.Task;
            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };
        await one.Heard(1, MessageOneofCase.Registration);

        app.Change($$"""{ "Service": { "Weight": 2 }, {{servers[1..]}}""");
        await two.Heard(1, MessageOneofCase.Registration, times: 2);
        answer.SetResult();

        RegistryStream back = await one.Heard(1, MessageOneofCase.Registration, times: 2);
        Assert.Equal([1u, 2u], back.Registrations.Select(said => said.Weight));
        app.Change($$"""{ "Service": { "Weight": 3 }, {{servers[1..]}}""");
        await one.Heard(1, MessageOneofCase.Registration, times: 3);
        Assert.Equal(3u, back.Registration.Weight);
    }

    // Two names of one server, or a server behind two load balancers.
    [Fact]
    public async Task One_that_is_the_same_server_takes_the_process_over_from_itself()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        RegistryStream? former = null;
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            if (registry.Streams.Count <= 2)
            {
                await stream.RegisteredAsync();
                throw new RpcException(new Status(StatusCode.Internal, "It broke."));
            }

            RegistryStream? before = Interlocked.Exchange(ref former, stream);
            before?.Fail(StatusCode.Aborted, "A newer stream has it.");
            await Eventually.Holds(() => before?.IsOver is not false);
            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };
        await using WebApp app = await WebApp.StartAsync(At(registry.Address, $"http://localhost:{registry.Port}"), environment: Environments.Development);

        await Eventually.Holds(() => registry.Streams.Count == 4 && app.Registration?.Server == registry.Address);

        Assert.Empty(app.Logs.Of("RegistrationTaken"));
        Assert.False(registry.Last.IsOver);
    }

    [Fact]
    public async Task A_withdrawal_goes_to_the_server_that_believes_in_the_process()
    {
        FakeTimeProvider time = new();
        await using RegistryServer one = await RegistryServer.StartAsync();
        await using RegistryServer two = await RegistryServer.StartAsync();
        one.Script = async stream =>
        {
            await stream.ReadAsync();
            await stream.RegisteredAsync();
            throw new RpcException(new Status(StatusCode.Internal, "It broke."));
        };
        await using WebApp app = await WebApp.StartAsync(At(one.Address, two.Address), builder => builder.Services.AddSingleton<TimeProvider>(time), environment: Environments.Development);
        await Passes(time, () => one.Streams.Count == 2);

        // After the second time it waits for its turn with the next one.
        await Eventually.Holds(() => one.Last.IsOver && app.Registration is { Server: null });
        one.Script = static stream => stream.BeGoodAsync();

        await app.StopAsync().InTime();

        await one.Heard(3, MessageOneofCase.Withdrawal);
        Assert.Empty(two.Streams);
    }

    private static async Task Passes(FakeTimeProvider time, Func<bool> until) => await Eventually.Holds(() =>
    {
        bool holds = until();
        time.Advance(holds ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100));
        return holds;
    }, within: TimeSpan.FromMinutes(1));

    private static async Task<int> FreePort()
    {
        await using RegistryServer former = await RegistryServer.StartAsync();
        return former.Port;
    }

    private static string At(params string[] addresses) =>
        $$"""{ "ConfigServer": { "Addresses": [{{string.Join(", ", addresses.Select(address => $"\"{address}\""))}}] } }""";

    private sealed class LongestWaits : Random
    {
        public override double NextDouble() => 0.99;
    }
}
