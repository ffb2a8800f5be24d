using Grpc.Core;
using Mesh.Client.AspNetCore.Registration;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Model.Xds.Wire.RegisterRequest;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>Registrations that are refused, taken or lost.</summary>
public sealed class LostRegistrationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    public async Task One_that_was_lost_is_made_again_with_a_higher_epoch(StatusCode? status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream first = await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server is not null);

        Leave(first, status);

        RegistryStream second = await registry.Heard(2, MessageOneofCase.Registration);
        Assert.True(second.Registration.Epoch > first.Registration.Epoch);
        Assert.Equal(first.Registration.Instance, second.Registration.Instance);
        await Eventually.Holds(() => app.Registration?.Server == registry.Address);
        await Eventually.Holds(() => app.Logs.Of("Registered").Count == 2);
        Assert.Single(app.Logs.Of("RegistrationLost"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_lost_again_and_again_is_made_again_before_it_is_given_up(bool isRegisteredEachTime)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = async stream =>
        {
            stream.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
            await stream.ReadAsync();
            if (isRegisteredEachTime || stream == registry.Streams.First())
            {
                await stream.RegisteredAsync();
            }

            throw new RpcException(new Status(StatusCode.Unavailable, "Gone."));
        };

        // Waits that only grow would be 50 s by then.
        await using WebApp app = await WebApp.StartAsync(At(registry), builder => builder.Services.AddSingleton(new XdsPacing { Random = new LongestWaits() }));

        await registry.Heard(9, MessageOneofCase.Registration);
    }

    [Fact]
    public async Task One_that_was_lost_waits_for_no_upstream()
    {
        FakeTimeProvider time = new();
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(
            At(registry), builder => builder.Services.AddSingleton<TimeProvider>(time), environment: Environments.Development);
        await Eventually.Holds(() => app.Registration?.Server is not null);
        app.Change($$"""{ "Upstreams": "pricing", {{At(registry)[1..]}}""");
        DateTimeOffset lost = time.GetUtcNow();

        registry.Last.Fail(StatusCode.Unavailable, "It goes.");

        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(registry.Streams.Count == 2 ? 0 : 5));
            return registry.Streams.Count == 2;
        });
        Assert.True(time.GetUtcNow() - lost < SilentUpstreams.Longest);
    }

    [Fact]
    public async Task A_server_that_is_away_is_waited_for_and_told_of_once()
    {
        int port;
        await using (RegistryServer former = await RegistryServer.StartAsync())
        {
            port = former.Port;
        }

        await using WebApp app = await WebApp.StartAsync(At($"http://127.0.0.1:{port}"));
        await Eventually.Holds(() => app.Registration is { Trouble: not null });
        Assert.Contains("Nothing listens there.", app.Registration!.Trouble, StringComparison.Ordinal);
        Assert.Null(app.Registration.Server);

        await using RegistryServer registry = await RegistryServer.StartAsync(port);

        await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration is { Server: not null, Trouble: null });
        Assert.Single(app.Logs.Of("RegistrationLost"));
    }

    [Fact]
    public async Task The_next_server_is_told_where_one_is_away()
    {
        await using RegistryServer one = await RegistryServer.StartAsync();
        await using RegistryServer two = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(one.Address, two.Address));
        await one.Heard(1, MessageOneofCase.Registration);

        await one.DisposeAsync();

        await two.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server == two.Address);
    }

    [Fact]
    public async Task One_whose_instance_another_stream_has_does_not_outbid_it()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(registry));
        RegistryStream first = await registry.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server is not null);
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            throw new RpcException(new Status(StatusCode.Aborted, "A newer stream has it."));
        };

        first.Fail(StatusCode.Aborted, "A newer stream has it.");

        await registry.Heard(3, MessageOneofCase.Registration);
        Assert.Single(registry.Streams.Select(stream => stream.Registration.Epoch).Distinct());
        Assert.Contains("A newer stream has it", Assert.Single(app.Logs.Of("RegistrationTaken")).Message, StringComparison.Ordinal);

        // Once it holds again, and is lost again, it takes a higher one.
        registry.Script = static stream => stream.BeGoodAsync();
        await Eventually.Holds(() => app.Registration?.Server is not null);
        RegistryStream held = registry.Last;
        held.End();
        await Eventually.Holds(() => registry.Last != held && registry.Last.Registrations.Count == 1);
        Assert.True(registry.Last.Registration.Epoch > held.Registration.Epoch);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "RegistrationRefused", LogLevel.Error)]
    [InlineData(StatusCode.PermissionDenied, "RegistrationDenied", LogLevel.Warning)]
    public async Task One_that_is_refused_is_told_once_in_the_servers_words_and_tried_with_the_next_change(StatusCode status, string what, LogLevel level)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            throw new RpcException(new Status(status, "10.0.0.5 is in none of AddressRanges"));
        };
        await using WebApp app = await WebApp.StartAsync(At(registry));
        await Eventually.Holds(() => app.Registration is { Trouble: not null });
        Assert.Contains("10.0.0.5 is in none of AddressRanges", app.Registration!.Trouble, StringComparison.Ordinal);

        app.Change($$"""{ "Service": { "Weight": 2 }, {{At(registry)[1..]}}""");
        await registry.Heard(2, MessageOneofCase.Registration);
        registry.Script = static stream => stream.BeGoodAsync();
        await Eventually.Holds(() => registry.Last.IsOver);
        app.Change(At(registry));

        await registry.Heard(3, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration is { Server: not null, Trouble: null });
        FakeLogRecord told = Assert.Single(app.Logs.Of(what));
        Assert.Equal(level, told.Level);
        Assert.Contains("10.0.0.5 is in none of AddressRanges", told.Message, StringComparison.Ordinal);
        Assert.Empty(app.Logs.Of("RegistrationLost"));
    }

    [Fact]
    public async Task A_server_without_a_registry_is_told_of_as_one_that_lets_nobody_register()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = static _ => throw new RpcException(new Status(StatusCode.Unimplemented, ""));
        await using WebApp app = await WebApp.StartAsync(At(registry));

        await Eventually.Holds(() => app.Logs.Of("RegistrationDenied").Count == 1);
        Assert.Contains("It has no registry", app.Logs.Of("RegistrationDenied")[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_what_was_accepted_registered()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = RefusesWeight2;
        await using WebApp app = await WebApp.StartAsync(At(registry));
        await Eventually.Holds(() => app.Registration?.Server is not null);

        app.Change($$"""{ "Service": { "Weight": 2 }, {{At(registry)[1..]}}""");

        await Eventually.Holds(() => registry.Streams.Count == 2 && app.Registration?.Server is not null);
        Assert.Equal([1u, 2u], registry.Streams.First().Registrations.Select(said => said.Weight));
        Assert.Equal(1u, Assert.Single(registry.Last.Registrations).Weight);
        Assert.Contains("Weight 2 is too much", Assert.Single(app.Logs.Of("ChangeRefused")).Message, StringComparison.Ordinal);
        Assert.Empty(app.Logs.Of("RegistrationRefused"));

        // The next change is told on the running stream, as ever.
        app.Change($$"""{ "Service": { "Weight": 3 }, {{At(registry)[1..]}}""");
        await registry.Heard(2, MessageOneofCase.Registration, times: 2);
        Assert.Equal(3u, registry.Last.Registration.Weight);
    }

    [Fact]
    public async Task An_address_that_is_refused_is_left_out_and_the_others_are_registered()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            if (stream.Registration.Addresses.Count > 1)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "registration.addresses[1].host: 192.168.1.5 is in none of AddressRanges."));
            }

            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };
        await using WebApp app = await WebApp.StartAsync(
            $$"""{ "Inbound": { "Addresses": ["http://10.0.0.5:80", "http://192.168.1.5:90"] }, {{At(registry)[1..]}}""");

        await Eventually.Holds(() => app.Registration?.Server is not null);

        Assert.Equal(["http://10.0.0.5:80"], app.Registration!.Addresses);
        Assert.Contains("http://192.168.1.5:90", Assert.Single(app.Logs.Of("AddressesRefused")).Message, StringComparison.Ordinal);

        // After a restart the server may take it: it is told anew, but people are not.
        registry.Last.Fail(StatusCode.Unavailable, "It goes.");
        await Eventually.Holds(() => registry.Streams.Count == 4 && app.Registration?.Server is not null);
        Assert.Equal([2, 1, 2, 1], registry.Streams.Select(stream => stream.Registration.Addresses.Count));
        Assert.Single(app.Logs.Of("AddressesRefused"));
    }

    [Fact]
    public async Task A_server_that_registers_and_fails_is_left_for_the_next()
    {
        await using RegistryServer one = await RegistryServer.StartAsync();
        await using RegistryServer two = await RegistryServer.StartAsync();
        one.Script = async stream =>
        {
            await stream.ReadAsync();
            await stream.RegisteredAsync();
            throw new RpcException(new Status(StatusCode.Internal, "It broke."));
        };

        await using WebApp app = await WebApp.StartAsync(At(one.Address, two.Address));

        await two.Heard(1, MessageOneofCase.Registration);
        Assert.Equal(2, one.Streams.Count);
    }

    [Fact]
    public async Task Another_server_is_told_before_the_former_one_is_left()
    {
        await using RegistryServer one = await RegistryServer.StartAsync();
        await using RegistryServer two = await RegistryServer.StartAsync();
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        two.Script = async stream =>
        {
            await stream.ReadAsync();
            await answer.Task;
            await stream.RegisteredAsync();
            await stream.BeGoodAsync();
        };
        await using WebApp app = await WebApp.StartAsync(At(one));
        RegistryStream former = await one.Heard(1, MessageOneofCase.Registration);
        await Eventually.Holds(() => app.Registration?.Server == one.Address);

        app.Change(At(two));

        RegistryStream next = await two.Heard(1, MessageOneofCase.Registration);
        Assert.True(next.Registration.Epoch > former.Registration.Epoch);
        Assert.False(former.IsOver);
        Assert.Equal(one.Address, app.Registration?.Server);
        answer.SetResult();
        await Eventually.Holds(() => app.Registration?.Server == two.Address && former.IsOver);
        Assert.DoesNotContain(former.Requests, request => request.MessageCase == MessageOneofCase.Withdrawal);
    }

    [Fact]
    public async Task A_process_that_stops_while_no_other_server_has_answered_withdraws_from_the_former_one()
    {
        await using RegistryServer one = await RegistryServer.StartAsync();
        await using WebApp app = await WebApp.StartAsync(At(one));
        await Eventually.Holds(() => app.Registration?.Server == one.Address);
        app.Change(At("http://127.0.0.1:9"));

        await app.StopAsync().InTime();

        await one.Heard(1, MessageOneofCase.Withdrawal);
    }

    [Fact]
    public async Task A_fault_of_its_own_is_told_of_and_does_not_end_it()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = static _ => throw new RpcException(new Status(StatusCode.Unavailable, "Not now."));
        Breaking waits = new() { IsBroken = true };
        await using WebApp app = await WebApp.StartAsync(At(registry), builder => builder.Services.AddSingleton(new XdsPacing { Random = waits }));
        await Eventually.Holds(() => app.Logs.Of("RegistrationFailed").Count == 1);
        waits.IsBroken = false;
        registry.Script = static stream => stream.BeGoodAsync();

        // Else the next try comes after 15 s or more.
        app.Change($$"""{ "Service": { "Weight": 2 }, {{At(registry)[1..]}}""");

        await Eventually.Holds(() => app.Registration?.Server is not null);
        Assert.Equal(2u, registry.Last.Registration.Weight);
    }

    // What reads settings tells of them under the lock that one who gives up their reading waits for.
    [Fact]
    public async Task A_change_that_comes_as_the_process_is_withdrawn_holds_nothing_up()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        Action change = static () => { };

        // Not disposed where it hangs: that would, too.
        WebApp app = await WebApp.StartAsync(
            At(registry), builder => builder.Services.AddHostedService(services => new ToldFirst(services.GetRequiredService<SettingsMonitor>(), () => change())));
        await Eventually.Holds(() => app.Registration?.Server is not null);
        Registrar registrar = app.Services.GetRequiredService<Registrar>();
        Thread stop = new(() => registrar.WithdrawAsync(TimeSpan.FromSeconds(1), CancellationToken.None)) { IsBackground = true };
        change = () =>
        {
            stop.Start();
            SpinWait.SpinUntil(() => stop.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(15));
        };

        await Task.Run(() => app.Change($$"""{ "Service": { "Weight": 2 }, {{At(registry)[1..]}}"""), TestContext.Current.CancellationToken).InTime();

        await registry.Heard(1, MessageOneofCase.Withdrawal);
        change = static () => { };
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unimplemented)]
    public async Task A_process_that_was_never_let_in_has_nothing_to_withdraw(StatusCode status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = async stream =>
        {
            await stream.ReadAsync();
            throw new RpcException(new Status(status, "No."));
        };
        await using WebApp app = await WebApp.StartAsync(At(registry), environment: Environments.Development);
        await Eventually.Holds(() => app.Registration is { Trouble: not null });

        await app.StopAsync().InTime();

        Assert.Single(registry.Streams);
        Assert.Empty(app.Logs.Of("WithdrawalUnconfirmed"));
    }

    private static async Task RefusesWeight2(RegistryStream stream)
    {
        while (await stream.ReadAsync() is not null)
        {
            if (stream.Registration.Weight == 2)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "Weight 2 is too much"));
            }

            await stream.RegisteredAsync();
        }
    }

    private static void Leave(RegistryStream stream, StatusCode? status)
    {
        if (status is { } failure)
        {
            stream.Fail(failure, "It broke.");
        }
        else
        {
            stream.End();
        }
    }

    private static string At(RegistryServer registry) => At(registry.Address);

    private static string At(params string[] addresses) =>
        $$"""{ "ConfigServer": { "Addresses": [{{string.Join(", ", addresses.Select(address => $"\"{address}\""))}}] } }""";

    // Hears of settings before the registrar does.
    private sealed class ToldFirst(SettingsMonitor settings, Action onChange) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            settings.Subscribe(_ => onChange());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Breaking : Random
    {
        public bool IsBroken { get; set; }

        public override double NextDouble() => IsBroken ? throw new InvalidOperationException("Nobody foresaw it.") : 0.01;
    }

    private sealed class LongestWaits : Random
    {
        public override double NextDouble() => 0.99;
    }
}
