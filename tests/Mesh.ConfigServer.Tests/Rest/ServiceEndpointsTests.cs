using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Tests.Registry;
using Mesh.Model;

namespace Mesh.ConfigServer.Tests.Rest;

public sealed class ServiceEndpointsTests : IDisposable
{
    private const string Service = "a.default";

    private RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_documents_word_holds_and_who_has_registered_there_is_told()
    {
        MeshEndpoint written = new() { Host = "10.0.0.1", Port = 80, Version = "v9", Weight = 3, Priority = 2 };
        _bench.Documents.Set(Service, new MeshService { Name = Service, Endpoints = [written] });
        Registration said = RegistryBench.Of("1");
        _bench.Register(said with { UserAgent = "Mesh.Client 1.2.3", Endpoints = [said.Endpoints[0] with { Version = "v1" }] });

        ServiceEndpoint endpoint = Assert.Single(Shown().Endpoints!.Value);

        Assert.Equal(("10.0.0.1:80", "static", "document", "v9", 3, 2), (endpoint.Address, endpoint.State, endpoint.Origin, endpoint.Version, endpoint.Weight, endpoint.Priority));
        Assert.Equal(("1", "server-1", "Mesh.Client 1.2.3"), (endpoint.Instance, endpoint.Owner, endpoint.UserAgent));
    }

    [Fact]
    public void Each_state_is_told_with_when_it_was_heard_and_the_priority_that_clients_see()
    {
        string[] all = ["1", "2", "3", "4", "5", "6"];
        Registration[] registered = [.. all.Select(instance => _bench.Register(instance).Registration)];
        _bench.Registry.SetHealth(registered[1], isHealthy: false);
        _bench.Pass(9, heard: ["1", "2"]);
        _bench.Register(RegistryBench.Of("6", epoch: 2));
        _bench.Cut("1");
        _bench.Pass(6, heard: ["1", "2"]);
        _bench.Pass(1);

        // As many as are called last, so that these are.
        _bench.Register("7");
        _bench.Register("8");
        _bench.Settle();

        ServiceEndpoints shown = Shown();

        Assert.Equal(
            ["1 silent 0 2", "2 unhealthy 1 2", "3 held 1 16", "4 held 1 16", "5 held 1 16", "6 ready 0 7", "7 ready 0 0", "8 ready 0 0"],
            shown.Endpoints!.Value.Select(
                each => $"{each.Instance} {each.State} {each.Priority} {(_bench.Clock.GetUtcNow() - each.LastHeard)?.TotalSeconds:0}"));
        Assert.All(shown.Endpoints!.Value, endpoint => Assert.Equal("registered", endpoint.Origin));
    }

    [Fact]
    public void Of_those_that_were_there_before_the_start_nothing_was_heard()
    {
        _bench.Dispose();
        _bench = new RegistryBench(known: [RegistryBench.Of("1")]);

        ServiceEndpoint endpoint = Assert.Single(Shown().Endpoints!.Value);

        Assert.Equal(("restored", null), (endpoint.State, endpoint.LastHeard));
        Assert.Equal(DateTimeOffset.UnixEpoch, endpoint.RegisteredAt);
    }

    [Fact]
    public void Where_nobody_says_anything_and_where_none_is_left_are_two_things()
    {
        _bench.Documents.Set("a.default=a.default");
        Assert.Null(Shown().Endpoints);
        Assert.Null(Shown().EmptySince);

        Lease lease = _bench.Register("1");
        _bench.Registry.Withdraw(lease);
        DateTimeOffset gone = _bench.Clock.GetUtcNow();
        _bench.Pass(70);

        ServiceEndpoints shown = Shown();
        Assert.Empty(shown.Endpoints!.Value);
        Assert.Equal((gone, 1, 1, true), (shown.EmptySince, shown.Comings, shown.Goings, shown.HasDocument));
    }

    [Fact]
    public void Whose_name_another_has_as_a_host_is_told_so()
    {
        _bench.Register("1");
        Assert.Null(Shown().HiddenBy);
        _bench.Documents.Set("b.default=1");
        _bench.Documents.SetHost("a", "b.default");
        Assert.Equal("b.default", Shown().HiddenBy);
    }

    private ServiceEndpoints Shown() => ServiceEndpoints.Of(
        Service, _bench.Documents.Current.Services.GetValueOrDefault(Service), _bench.Live.Current.Services.GetValueOrDefault(Service),
        _bench.Registry.Find(Service), HostOwners.OwnerOf(_bench.Documents.Current, Service), _bench.Clock.GetUtcNow());
}
