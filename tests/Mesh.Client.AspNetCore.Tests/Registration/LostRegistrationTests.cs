using Grpc.Core;
using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Client.Sources.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
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

    [Fact]
    public async Task One_that_is_lost_again_and_again_is_made_again_before_it_is_given_up()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync();
        registry.Script = static async stream =>
        {
            stream.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
            await stream.ReadAsync();
            await stream.RegisteredAsync();
            throw new RpcException(new Status(StatusCode.Unavailable, "Gone."));
        };

        // Waits that only grow would be 50 s by then.
        await using WebApp app = await WebApp.StartAsync(At(registry), builder => builder.Services.AddSingleton(new XdsPacing { Random = new LongestWaits() }));

        await registry.Heard(9, MessageOneofCase.Registration);
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

    private sealed class LongestWaits : Random
    {
        public override double NextDouble() => 0.99;
    }
}
